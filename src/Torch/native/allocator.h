#pragma once
#include <cstdint>

namespace stylefarm {

// Puts the caching allocator in place of libtorch's own for CPU tensors. Once per process, before the first tensor.
void install_cpu_allocator();

struct MemoryStatistics {
    int64_t live_bytes;
    int64_t peak_bytes;
    int64_t cached_bytes;
};

MemoryStatistics cpu_memory();
void reset_cpu_peak();
void empty_cpu_cache();

}  // namespace stylefarm
