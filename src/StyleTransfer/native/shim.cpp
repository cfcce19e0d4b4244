#include "internal.hpp"

#include <atomic>
#include <cstring>
#include <mutex>

namespace {

std::atomic<bool> started{false};

void discard_log(const gchar *, GLogLevelFlags, const gchar *, gpointer) {}

// Only these decoders may meet a file: the others (ImageMagick, PDF, SVG, CSV ...) are wider attack surface, and would take a text
// file for an image.
const char *const AllowedLoaders[] = {
    "VipsForeignLoadJpeg",
    "VipsForeignLoadPng",
    "VipsForeignLoadWebp",
    "VipsForeignLoadTiff",
    "VipsForeignLoadHeif",
    "VipsForeignLoadNsgif",
};

void start(int32_t concurrency) {
    // Warnings would go to stderr, between the lines of a progress display; what matters arrives as an error.
    g_log_set_handler("VIPS", static_cast<GLogLevelFlags>(G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO | G_LOG_LEVEL_MESSAGE),
        discard_log, nullptr);
    if (vips_init("stylefarm") != 0)
        throw sf::Failure(SF_VIPS_FAILED, "vips_init failed");
    vips_concurrency_set(concurrency);
    // The operation cache keeps decoded images alive and serves stale ones when a file is replaced.
    vips_cache_set_max(0);
    vips_operation_block_set("VipsForeignLoad", TRUE);
    for (const auto *name : AllowedLoaders)
        if (g_type_from_name(name) != 0)
            vips_operation_block_set(name, FALSE);
}

} // namespace

namespace sf {

std::string take_vips_error() {
    std::unique_ptr<char, GFree> text(started ? vips_error_buffer_copy() : nullptr);
    std::string message = text ? text.get() : "";
    while (!message.empty() && message.back() == '\n')
        message.pop_back();
    return message.empty() ? "libvips gave no reason" : message;
}

void clear_vips_error() {
    // vips_error_clear takes a lock that vips_init makes.
    if (started)
        vips_error_clear();
}

bool is_allowed_loader(const char *name) {
    for (const auto *allowed : AllowedLoaders)
        if (std::strncmp(name, allowed, std::strlen(allowed)) == 0)
            return true;
    return false;
}

void fail_vips() { throw Failure(SF_VIPS_FAILED, take_vips_error()); }

void set_error(char **error, const char *message) noexcept {
    if (error != nullptr)
        *error = g_strdup(message);
}

} // namespace sf

SF_EXPORT int32_t sf_vips_init(int32_t concurrency, char **error) {
    static std::mutex gate;
    return sf::guarded(error, [&] {
        std::lock_guard<std::mutex> hold(gate);
        if (started)
            return;
        start(concurrency);
        started = true;
    });
}

SF_EXPORT void sf_vips_set_concurrency(int32_t threads) { vips_concurrency_set(threads); }

SF_EXPORT const char *sf_vips_version(void) { return vips_version_string(); }

SF_EXPORT int32_t sf_vips_can_load(int32_t format) {
    if (format < SF_VIPS_FORMAT_JPEG || format > SF_VIPS_FORMAT_GIF)
        return 0;
    return g_type_from_name(AllowedLoaders[format - SF_VIPS_FORMAT_JPEG]) != 0;
}

SF_EXPORT void sf_vips_free(void *memory) { g_free(memory); }
