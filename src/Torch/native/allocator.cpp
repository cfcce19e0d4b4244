// CPU tensor memory that is kept between steps.
//
// An optimisation step asks for the same few dozen large buffers every time. malloc serves them with mmap and gives them back with
// munmap, so the kernel clears and maps every page anew in every step. Here a freed block waits in a list of its exact size for the
// next step. Blocks below small_bytes stay with malloc, which is good at them. The allocator also counts, which is how a memory
// forecast is checked against the measured peak.
#include "allocator.h"

#include <cstdlib>
#include <mutex>
#include <sys/mman.h>
#include <unordered_map>
#include <vector>

#include <c10/core/CPUAllocator.h>

#include "bridge.h"

namespace stylefarm {
namespace {

constexpr size_t alignment = 64;
constexpr size_t huge_page = size_t{2} << 20;
constexpr size_t small_bytes = size_t{64} << 10;
constexpr int64_t cache_limit_bytes = int64_t{4} << 30;

struct Pool {
    std::mutex mutex;
    std::unordered_map<size_t, std::vector<void*>> free_blocks;
    std::unordered_map<void*, size_t> live_blocks;
    MemoryStatistics statistics{0, 0, 0};
};

// Never destroyed: tensors of static lifetime give their memory back after static destructors ran.
Pool& pool() {
    static Pool* instance = new Pool;
    return *instance;
}

void release_cache_needs_lock(Pool& p) {
    for (auto& [size, blocks] : p.free_blocks)
        for (void* block : blocks) std::free(block);
    p.free_blocks.clear();
    p.statistics.cached_bytes = 0;
}

void* take_from_system(size_t bytes) {
    void* block = nullptr;
    if (posix_memalign(&block, bytes >= huge_page ? huge_page : alignment, bytes) != 0) return nullptr;
    if (bytes >= huge_page) madvise(block, bytes, MADV_HUGEPAGE);
    return block;
}

void* take(size_t bytes) {
    auto& p = pool();
    std::lock_guard<std::mutex> lock(p.mutex);
    void* block = nullptr;
    if (auto found = p.free_blocks.find(bytes); found != p.free_blocks.end() && !found->second.empty()) {
        block = found->second.back();
        found->second.pop_back();
        p.statistics.cached_bytes -= static_cast<int64_t>(bytes);
    } else {
        block = take_from_system(bytes);
        if (block == nullptr) {
            release_cache_needs_lock(p);
            block = take_from_system(bytes);
        }
        TORCH_CHECK(block != nullptr, "out of memory: ", bytes, " bytes for a tensor");
    }
    p.live_blocks.emplace(block, bytes);
    p.statistics.live_bytes += static_cast<int64_t>(bytes);
    p.statistics.peak_bytes = std::max(p.statistics.peak_bytes, p.statistics.live_bytes);
    return block;
}

void give_back(void* block) {
    if (block == nullptr) return;
    auto& p = pool();
    std::lock_guard<std::mutex> lock(p.mutex);
    const auto found = p.live_blocks.find(block);
    const auto bytes = found->second;
    p.live_blocks.erase(found);
    p.statistics.live_bytes -= static_cast<int64_t>(bytes);
    if (bytes < small_bytes || p.statistics.cached_bytes + static_cast<int64_t>(bytes) > cache_limit_bytes) {
        std::free(block);
    } else {
        p.free_blocks[bytes].push_back(block);
        p.statistics.cached_bytes += static_cast<int64_t>(bytes);
    }
}

c10::DataPtr make(size_t bytes) {
    const c10::Device cpu(c10::DeviceType::CPU);
    if (bytes == 0) return {nullptr, cpu};
    void* block = take(bytes);
    return {block, block, &give_back, cpu};
}

// libtorch took the const off allocate() in the course of 2.x, and added copy_data() on the way: the right class is chosen by the type
// of allocate() rather than by a version number. Libraries below libtorch ask for bare pointers (raw_deleter); that works only because the
// context of a DataPtr is the pointer itself.
template <class Allocate, class Base>
class CachingAllocator;

template <class Base>
class CachingAllocator<c10::DataPtr (Base::*)(size_t) const, Base> final : public Base {
public:
    c10::DataPtr allocate(size_t bytes) const override { return make(bytes); }
    c10::DeleterFnPtr raw_deleter() const override { return &give_back; }
    virtual void copy_data(void* to, const void* from, size_t count) const { std::memcpy(to, from, count); }
};

template <class Base>
class CachingAllocator<c10::DataPtr (Base::*)(size_t), Base> final : public Base {
public:
    c10::DataPtr allocate(size_t bytes) override { return make(bytes); }
    c10::DeleterFnPtr raw_deleter() const override { return &give_back; }
    virtual void copy_data(void* to, const void* from, size_t count) const { std::memcpy(to, from, count); }
};

}  // namespace

void install_cpu_allocator() {
    static auto* allocator = new CachingAllocator<decltype(&c10::Allocator::allocate), c10::Allocator>;
    c10::SetCPUAllocator(allocator, /*priority=*/1);
}

MemoryStatistics cpu_memory() {
    auto& p = pool();
    std::lock_guard<std::mutex> lock(p.mutex);
    return p.statistics;
}

void reset_cpu_peak() {
    auto& p = pool();
    std::lock_guard<std::mutex> lock(p.mutex);
    p.statistics.peak_bytes = p.statistics.live_bytes;
}

void empty_cpu_cache() {
    auto& p = pool();
    std::lock_guard<std::mutex> lock(p.mutex);
    release_cache_needs_lock(p);
}

}  // namespace stylefarm
