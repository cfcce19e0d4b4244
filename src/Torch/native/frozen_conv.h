#pragma once
#include <memory>

#include "bridge.h"

namespace stylefarm {

// Runs one convolution (stride 1, zero padding that keeps the size) with weights that never change.
class FixedConv {
public:
    virtual ~FixedConv() = default;
    // input: N x in x H x W; returns N x out x H x W, after a ReLU if asked.
    virtual at::Tensor run(const at::Tensor& input, bool relu) = 0;
};

// The plain implementation: libtorch's own convolution.
std::unique_ptr<FixedConv> make_plain_conv(at::Tensor weight, at::Tensor bias);

// Weights packed once in the order that oneDNN likes best; null where it cannot serve this type on this processor.
std::unique_ptr<FixedConv> make_packed_conv(const at::Tensor& weight, const at::Tensor& bias);

// A convolution without gradients for its weights: what a frozen network needs.
//
// With stride 1 and size-keeping padding the gradient for the input is itself a convolution of the gradient of the output, with the
// kernel turned by 180 degrees and its channels exchanged. So both directions run on FixedConv, and nothing but the result of a
// ReLU is kept for the way back.
struct FrozenConv {
    int64_t in_channels = 0;
    std::unique_ptr<FixedConv> forward;
    std::unique_ptr<FixedConv> backward;
};

}  // namespace stylefarm
