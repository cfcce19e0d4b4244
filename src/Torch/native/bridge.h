// What every file of the bridge shares: the shape of an export, and how errors leave it.
//
// An export returns a status and never lets an exception out. On a status other than 0 it has put a message into *error, which the
// caller owns and gives back to sf_free. Handles are opaque pointers that the caller owns; scalars have a fixed width.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <exception>
#include <new>
#include <string>

// Not <torch/torch.h>, which takes twice as long to read for what is not used here.
#include <torch/types.h>

#define SF_EXPORT extern "C" __attribute__((visibility("default")))

namespace stylefarm {

enum Status : int32_t { ok = 0, failed = 1, out_of_memory = 2 };

using Handle = at::Tensor*;

// Tensors that the caller has not given back yet. Every tensor test drives it back to where it was.
extern std::atomic<int64_t> live_tensors;

inline Handle wrap(at::Tensor tensor) {
    auto* handle = new at::Tensor(std::move(tensor));
    live_tensors.fetch_add(1, std::memory_order_relaxed);
    return handle;
}

inline int32_t fail(char** error, Status status, const char* message) noexcept {
    *error = strdup(message);
    return status;
}

inline bool tells_of_memory(const std::string& message) {
    return message.find("out of memory") != std::string::npos || message.find("can't allocate memory") != std::string::npos ||
           message.find("not enough memory") != std::string::npos;
}

// Runs the body of an export. Everything that C++ can throw ends here.
template <class Body>
int32_t guard(char** error, Body&& body) noexcept {
    try {
        body();
        return ok;
    } catch (const c10::Error& e) {
        try {
            const std::string message = e.what_without_backtrace();
            return fail(error, tells_of_memory(message) ? out_of_memory : failed, message.c_str());
        } catch (...) {
            return fail(error, failed, "libtorch failed and its message could not be read");
        }
    } catch (const std::bad_alloc&) {
        return fail(error, out_of_memory, "out of memory");
    } catch (const std::exception& e) {
        return fail(error, failed, e.what());
    } catch (...) {
        return fail(error, failed, "an exception that is not a std::exception");
    }
}

inline at::IntArrayRef dims(const int64_t* values, int32_t count) { return {values, static_cast<size_t>(count)}; }

// The caller's device numbers: -1 is the CPU, n >= 0 the CUDA device n.
inline at::Device device_of(int32_t device) {
    return device < 0 ? at::Device(at::kCPU) : at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device));
}

inline at::ScalarType dtype_of(int32_t dtype) { return static_cast<at::ScalarType>(dtype); }

}  // namespace stylefarm
