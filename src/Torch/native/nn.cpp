// torch.nn.functional: the layers of a VGG and the resize between scales.
#include "bridge.h"

using namespace stylefarm;

// A bias of null means none. Padding is zeros, the same on both sides.
SF_EXPORT int32_t sf_conv2d(Handle input, Handle weight, Handle bias, int64_t stride, int64_t padding, Handle* out, char** error) {
    return guard(error, [&] {
        *out = wrap(at::conv2d(*input, *weight, bias ? *bias : at::Tensor(), {stride, stride}, {padding, padding}));
    });
}

SF_EXPORT int32_t sf_relu(Handle input, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(at::relu(*input)); });
}

SF_EXPORT int32_t sf_max_pool2d(Handle input, int64_t kernel, int64_t stride, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(at::max_pool2d(*input, {kernel, kernel}, {stride, stride})); });
}

SF_EXPORT int32_t sf_avg_pool2d(Handle input, int64_t kernel, int64_t stride, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(at::avg_pool2d(*input, {kernel, kernel}, {stride, stride})); });
}

// Bicubic, corners not aligned (the convolution kernel with a = -0.75).
SF_EXPORT int32_t sf_interpolate_bicubic(Handle input, int64_t height, int64_t width, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(at::upsample_bicubic2d(*input, {height, width}, false)); });
}
