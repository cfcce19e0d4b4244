#include "frozen_conv.h"

#include <torch/csrc/autograd/custom_function.h>

using namespace stylefarm;

namespace stylefarm {

std::atomic<int64_t> live_frozen_convs{0};

namespace {

class PlainConv final : public FixedConv {
public:
    PlainConv(at::Tensor weight, at::Tensor bias) : weight_(std::move(weight)), bias_(std::move(bias)) {}

    at::Tensor run(const at::Tensor& input, bool relu) override {
        auto output = at::conv2d(input, weight_, bias_, {1, 1}, {weight_.size(2) / 2, weight_.size(3) / 2});
        return relu ? output.relu_() : output;
    }

private:
    at::Tensor weight_, bias_;
};

// A null bias stands for zeros. CPU tensors travel channels-last, which is what packed convolutions and pooling read fastest.
std::unique_ptr<FixedConv> make_fixed_conv(const at::Tensor& weight, const at::Tensor& bias) {
    if (weight.device().is_cpu())
        if (auto packed = make_packed_conv(weight, bias)) return packed;
    return make_plain_conv(weight, bias);
}

struct FrozenConvFunction : public torch::autograd::Function<FrozenConvFunction> {
    // The convolution must outlive the graph: the caller keeps it alive for as long as any result of it.
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, int64_t conv, bool relu) {
        auto output = reinterpret_cast<FrozenConv*>(conv)->forward->run(input, relu);
        context->saved_data["conv"] = conv;
        if (relu) context->save_for_backward({output});
        return output;
    }

    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
        auto* conv = reinterpret_cast<FrozenConv*>(context->saved_data["conv"].toInt());
        auto gradient = gradients[0];
        const auto saved = context->get_saved_variables();
        if (!saved.empty()) gradient = at::threshold_backward(gradient, saved[0], 0);
        return {conv->backward->run(gradient, false), at::Tensor(), at::Tensor()};
    }
};

}  // namespace

std::unique_ptr<FixedConv> make_plain_conv(at::Tensor weight, at::Tensor bias) {
    return std::make_unique<PlainConv>(std::move(weight), std::move(bias));
}

#ifndef STYLEFARM_ONEDNN
std::unique_ptr<FixedConv> make_packed_conv(const at::Tensor&, const at::Tensor&) { return nullptr; }
#endif

}  // namespace stylefarm

SF_EXPORT int64_t sf_live_frozen_convs() { return live_frozen_convs.load(std::memory_order_relaxed); }

// weight: out x in x K x K with odd K; bias: out. Neither is kept longer than needed: what runs is a copy in the device's own order.
SF_EXPORT int32_t sf_frozen_conv2d_create(Handle weight, Handle bias, FrozenConv** out, char** error) {
    return guard(error, [&] {
        const at::NoGradGuard no_grad;
        TORCH_CHECK(weight->dim() == 4 && weight->size(2) % 2 == 1 && weight->size(3) % 2 == 1, "the kernel must be out x in x odd x odd");
        TORCH_CHECK(bias->dim() == 1 && bias->size(0) == weight->size(0), "the bias must have ", weight->size(0), " elements");
        const auto turned = weight->flip({2, 3}).transpose(0, 1).contiguous();
        auto conv = std::make_unique<FrozenConv>();
        conv->in_channels = weight->size(1);
        conv->forward = make_fixed_conv(weight->detach().clone(at::MemoryFormat::Contiguous), bias->detach().clone());
        conv->backward = make_fixed_conv(turned, at::Tensor());
        *out = conv.release();
        live_frozen_convs.fetch_add(1, std::memory_order_relaxed);
    });
}

SF_EXPORT void sf_frozen_conv2d_free(FrozenConv* conv) {
    if (conv == nullptr) return;
    delete conv;
    live_frozen_convs.fetch_sub(1, std::memory_order_relaxed);
}

SF_EXPORT int32_t sf_frozen_conv2d_forward(FrozenConv* conv, Handle input, int32_t relu, Handle* out, char** error) {
    return guard(error, [&] {
        TORCH_CHECK(input->dim() == 4 && input->size(1) == conv->in_channels, "the input must be N x ", conv->in_channels, " x H x W, found ",
                    input->sizes());
        *out = wrap(FrozenConvFunction::apply(*input, reinterpret_cast<int64_t>(conv), relu != 0));
    });
}
