// Making tensors, what they are, and their bytes.
#include "bridge.h"

using namespace stylefarm;

namespace stylefarm {
std::atomic<int64_t> live_tensors{0};
}

SF_EXPORT int64_t sf_live_tensors() { return live_tensors.load(std::memory_order_relaxed); }

SF_EXPORT void sf_free(char* message) { free(message); }

SF_EXPORT void sf_tensor_free(Handle tensor) {
    if (tensor == nullptr) return;
    delete tensor;
    live_tensors.fetch_sub(1, std::memory_order_relaxed);
}

SF_EXPORT int32_t sf_tensor_full(const int64_t* shape, int32_t rank, double value, int32_t dtype, int32_t device, Handle* out,
                                 char** error) {
    return guard(error, [&] {
        *out = wrap(at::full(dims(shape, rank), value, at::TensorOptions().dtype(dtype_of(dtype)).device(device_of(device))));
    });
}

SF_EXPORT int32_t sf_tensor_empty(const int64_t* shape, int32_t rank, int32_t dtype, int32_t device, Handle* out, char** error) {
    return guard(error, [&] {
        *out = wrap(at::empty(dims(shape, rank), at::TensorOptions().dtype(dtype_of(dtype)).device(device_of(device))));
    });
}

// Copies `bytes` bytes of `dtype` into a new tensor on `device`.
SF_EXPORT int32_t sf_tensor_from_bytes(const void* data, int64_t bytes, const int64_t* shape, int32_t rank, int32_t dtype,
                                       int32_t device, Handle* out, char** error) {
    return guard(error, [&] {
        auto tensor = at::empty(dims(shape, rank), at::TensorOptions().dtype(dtype_of(dtype)));
        TORCH_CHECK(bytes == static_cast<int64_t>(tensor.nbytes()), "the data has ", bytes, " bytes, the shape needs ", tensor.nbytes());
        std::memcpy(tensor.data_ptr(), data, static_cast<size_t>(bytes));
        *out = wrap(device < 0 ? tensor : tensor.to(device_of(device)));
    });
}

// Copies the tensor's elements, row-major, into `data`, which holds `bytes` bytes.
SF_EXPORT int32_t sf_tensor_to_bytes(Handle tensor, void* data, int64_t bytes, char** error) {
    return guard(error, [&] {
        auto source = tensor->detach().to(at::kCPU).contiguous();
        TORCH_CHECK(bytes == static_cast<int64_t>(source.nbytes()), "the tensor has ", source.nbytes(), " bytes, the buffer ", bytes);
        std::memcpy(data, source.data_ptr(), static_cast<size_t>(bytes));
    });
}

SF_EXPORT int32_t sf_tensor_item(Handle tensor, double* out, char** error) {
    return guard(error, [&] { *out = tensor->detach().to(at::kDouble).item<double>(); });
}

SF_EXPORT int32_t sf_tensor_rank(Handle tensor) { return static_cast<int32_t>(tensor->dim()); }

SF_EXPORT void sf_tensor_shape(Handle tensor, int64_t* out) {
    for (int64_t i = 0; i < tensor->dim(); ++i) out[i] = tensor->size(i);
}

SF_EXPORT int32_t sf_tensor_dtype(Handle tensor) { return static_cast<int32_t>(tensor->scalar_type()); }

SF_EXPORT int32_t sf_tensor_device(Handle tensor) {
    return tensor->device().is_cuda() ? static_cast<int32_t>(tensor->device().index()) : -1;
}

SF_EXPORT int32_t sf_tensor_to(Handle tensor, int32_t dtype, int32_t device, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(tensor->to(device_of(device), dtype_of(dtype))); });
}

SF_EXPORT int32_t sf_tensor_clone(Handle tensor, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(tensor->clone()); });
}

SF_EXPORT int32_t sf_tensor_alias(Handle tensor, Handle* out, char** error) {
    return guard(error, [&] { *out = wrap(*tensor); });
}

// memory_format: 0 row-major, 1 channels last.
SF_EXPORT int32_t sf_tensor_contiguous(Handle tensor, int32_t memory_format, Handle* out, char** error) {
    return guard(error, [&] {
        *out = wrap(tensor->contiguous(memory_format == 1 ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous));
    });
}

SF_EXPORT int32_t sf_tensor_copy_(Handle tensor, Handle source, char** error) {
    return guard(error, [&] { tensor->copy_(*source); });
}
