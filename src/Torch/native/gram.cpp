// Gram matrices with their gradient in one product instead of autograd's two.
#include "bridge.h"

#include <torch/csrc/autograd/custom_function.h>

#ifdef STYLEFARM_ONEDNN
#include <oneapi/dnnl/dnnl.h>
#endif

using namespace stylefarm;

namespace {

// N x C x H x W as N x (H*W) x C, the features' own order in memory when they lie channels-last; float32 from bfloat16.
at::Tensor as_rows(const at::Tensor& features) {
    const auto rows = features.permute({0, 2, 3, 1}).reshape({features.size(0), features.size(2) * features.size(3), features.size(1)});
    return rows.scalar_type() == at::kBFloat16 ? rows.to(at::kFloat) : rows;
}

// at * b or a * b for each of the N matrices. oneDNN's product of float32 matrices shares the threads of its convolutions, and was
// measured at twice the speed of OpenBLAS 0.3.21 on AVX-512.
at::Tensor product(const at::Tensor& a, bool transpose_a, const at::Tensor& b) {
#ifdef STYLEFARM_ONEDNN
    if (a.device().is_cpu() && a.scalar_type() == at::kFloat) {
        const auto left = a.contiguous(), right = b.contiguous();
        const auto n = left.size(0), m = left.size(transpose_a ? 2 : 1), k = left.size(transpose_a ? 1 : 2), columns = right.size(2);
        auto result = at::empty({n, m, columns}, left.options());
        for (int64_t i = 0; i < n; ++i) {
            const auto status = dnnl_sgemm(transpose_a ? 'T' : 'N', 'N', m, columns, k, 1.f, left.data_ptr<float>() + i * m * k,
                                           left.size(2), right.data_ptr<float>() + i * k * columns, columns, 0.f,
                                           result.data_ptr<float>() + i * m * columns, columns);
            TORCH_CHECK(status == dnnl_success, "a matrix product failed with oneDNN status ", static_cast<int>(status));
        }
        return result;
    }
#endif
    return (transpose_a ? a.transpose(1, 2) : a).bmm(b);
}

struct GramFunction : public torch::autograd::Function<GramFunction> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& features) {
        context->save_for_backward({features});
        const auto rows = as_rows(features);
        return product(rows, true, rows);
    }

    // With rows R (positions x channels) G = Rt R, so dL/dR = R (dL/dG + (dL/dG)t).
    static torch::autograd::tensor_list backward(torch::autograd::AutogradContext* context, torch::autograd::tensor_list gradients) {
        const auto features = context->get_saved_variables()[0];
        const auto gradient = product(as_rows(features), false, gradients[0] + gradients[0].transpose(1, 2));
        return {gradient.to(features.scalar_type())
                    .reshape({features.size(0), features.size(2), features.size(3), features.size(1)})
                    .permute({0, 3, 1, 2})};
    }
};

}  // namespace

// N x C x H x W to N x C x C; float32 from bfloat16.
SF_EXPORT int32_t sf_gram(Handle features, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(GramFunction::apply(*features)); });
}
