// Reverse-mode differentiation.
#include "bridge.h"

#include <torch/csrc/autograd/autograd.h>

using namespace stylefarm;

SF_EXPORT int32_t sf_requires_grad_(Handle tensor, int32_t on, char** error) {
    return guard(error, [&] { tensor->set_requires_grad(on != 0); });
}

SF_EXPORT int32_t sf_requires_grad(Handle tensor) { return tensor->requires_grad() ? 1 : 0; }

SF_EXPORT int32_t sf_detach(Handle tensor, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(tensor->detach()); });
}

SF_EXPORT int32_t sf_backward(Handle tensor, char** error) {
    return guard(error, [&] { tensor->backward(); });
}

// The accumulated gradient, or null when there is none yet.
SF_EXPORT int32_t sf_grad(Handle tensor, Handle* out, char** error) {
    return guard(error, [&] {
        const auto& grad = tensor->grad();
        *out = grad.defined() ? wrap(grad) : nullptr;
    });
}

// Forgets the gradient, so that the next backward pass hands its own buffer over instead of adding to an old one.
SF_EXPORT int32_t sf_clear_grad(Handle tensor, char** error) {
    return guard(error, [&] { tensor->mutable_grad() = at::Tensor(); });
}

// d(output)/d(input) for a scalar output, without touching any accumulated gradient.
SF_EXPORT int32_t sf_autograd_grad(Handle output, Handle input, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(torch::autograd::grad({*output}, {*input})[0]); });
}

// Grad mode of the calling thread; returns what it was.
SF_EXPORT int32_t sf_set_grad_enabled(int32_t on) {
    const bool before = at::GradMode::is_enabled();
    at::GradMode::set_enabled(on != 0);
    return before ? 1 : 0;
}
