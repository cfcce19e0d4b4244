// The process as a whole: version, threads, devices, memory.
#include "allocator.h"
#include "bridge.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/utils.h>
#include <torch/version.h>

#ifdef USE_CUDA_RUNTIME
#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAGuard.h>
#endif

using namespace stylefarm;

SF_EXPORT int32_t sf_initialize(char** error) {
    return guard(error, [] { install_cpu_allocator(); });
}

SF_EXPORT const char* sf_version() { return TORCH_VERSION; }

// 1 when frozen convolutions on the CPU keep packed weights.
SF_EXPORT int32_t sf_packs_weights() {
#ifdef STYLEFARM_ONEDNN
    return 1;
#else
    return 0;
#endif
}

SF_EXPORT int32_t sf_get_num_threads() { return at::get_num_threads(); }

SF_EXPORT int32_t sf_set_num_threads(int32_t count, char** error) {
    return guard(error, [&] { at::set_num_threads(count); });
}

SF_EXPORT int32_t sf_cuda_device_count() {
    try {
        return torch::cuda::is_available() ? static_cast<int32_t>(torch::cuda::device_count()) : 0;
    } catch (...) {
        return 0;
    }
}

SF_EXPORT int32_t sf_manual_seed(int64_t seed, char** error) {
    return guard(error, [&] { torch::manual_seed(static_cast<uint64_t>(seed)); });
}

// TF32 in matrix products and convolutions of CUDA devices; deterministic algorithms of cuDNN.
SF_EXPORT int32_t sf_set_cuda_math(int32_t allow_tf32, int32_t deterministic, char** error) {
    return guard(error, [&] {
        auto& context = at::globalContext();
        context.setAllowTF32CuBLAS(allow_tf32 != 0);
        context.setAllowTF32CuDNN(allow_tf32 != 0);
        context.setDeterministicCuDNN(deterministic != 0);
        context.setBenchmarkCuDNN(deterministic == 0);
    });
}

SF_EXPORT int32_t sf_synchronize(int32_t device, char** error) {
    return guard(error, [&] {
        if (device >= 0) torch::cuda::synchronize(device);
    });
}

// Bytes of tensors: alive now, at the peak since the last reset, kept for reuse.
SF_EXPORT int32_t sf_memory(int32_t device, int64_t* live, int64_t* peak, int64_t* cached, char** error) {
    return guard(error, [&] {
        if (device < 0) {
            const auto statistics = cpu_memory();
            *live = statistics.live_bytes, *peak = statistics.peak_bytes, *cached = statistics.cached_bytes;
            return;
        }
#ifdef USE_CUDA_RUNTIME
        const auto statistics = c10::cuda::CUDACachingAllocator::getDeviceStats(static_cast<c10::DeviceIndex>(device));
        const auto& bytes = statistics.allocated_bytes[0];
        *live = bytes.current, *peak = bytes.peak, *cached = statistics.reserved_bytes[0].current - bytes.current;
#else
        TORCH_CHECK(false, "this bridge was built without CUDA");
#endif
    });
}

SF_EXPORT int32_t sf_reset_peak_memory(int32_t device, char** error) {
    return guard(error, [&] {
        if (device < 0) reset_cpu_peak();
#ifdef USE_CUDA_RUNTIME
        else c10::cuda::CUDACachingAllocator::resetPeakStats(static_cast<c10::DeviceIndex>(device));
#endif
    });
}

SF_EXPORT int32_t sf_empty_cache(int32_t device, char** error) {
    return guard(error, [&] {
        if (device < 0) empty_cpu_cache();
#ifdef USE_CUDA_RUNTIME
        else c10::cuda::CUDACachingAllocator::emptyCache();
#endif
    });
}

// A CUDA device's name (at most `capacity` bytes with the closing zero), and its total and free memory in bytes.
SF_EXPORT int32_t sf_cuda_device(int32_t device, char* name, int32_t capacity, int64_t* total, int64_t* available, char** error) {
    return guard(error, [&] {
#ifdef USE_CUDA_RUNTIME
        const c10::cuda::CUDAGuard guard_device(static_cast<c10::DeviceIndex>(device));
        const auto* properties = at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(device));
        std::strncpy(name, properties->name, static_cast<size_t>(capacity) - 1);
        name[capacity - 1] = '\0';
        size_t free_bytes = 0, total_bytes = 0;
        C10_CUDA_CHECK(cudaMemGetInfo(&free_bytes, &total_bytes));
        *total = static_cast<int64_t>(total_bytes), *available = static_cast<int64_t>(free_bytes);
#else
        (void)device, (void)name, (void)capacity, (void)total, (void)available;
        TORCH_CHECK(false, "this bridge was built without CUDA");
#endif
    });
}
