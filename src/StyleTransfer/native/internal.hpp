#pragma once

#include "stylefarm_vips.h"

#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <vips/vips.h>

namespace sf {

struct Unref {
    void operator()(void *object) const { g_object_unref(object); }
};

template <class T> using Ref = std::unique_ptr<T, Unref>;
using Image = Ref<VipsImage>;

struct GFree {
    void operator()(void *memory) const { g_free(memory); }
};

// A failure on its way to the C edge; never crosses it.
class Failure : public std::exception {
public:
    Failure(int32_t status, std::string message) : status_(status), message_(std::move(message)) {}
    const char *what() const noexcept override { return message_.c_str(); }
    int32_t status() const { return status_; }

private:
    int32_t status_;
    std::string message_;
};

// Takes libvips' pending message and clears it.
std::string take_vips_error();

// Forgets messages of calls that went on to succeed. Harmless before libvips has started.
void clear_vips_error();

[[noreturn]] void fail_vips();

inline void check(int vips_status) {
    if (vips_status != 0)
        fail_vips();
}

inline Image own(VipsImage *image) {
    if (image == nullptr)
        fail_vips();
    return Image(image);
}

void set_error(char **error, const char *message) noexcept;

template <class Body> int32_t guarded(char **error, Body &&body) noexcept {
    if (error != nullptr)
        *error = nullptr;
    try {
        clear_vips_error();
        body();
        return SF_VIPS_OK;
    } catch (const Failure &failure) {
        set_error(error, failure.what());
        return failure.status();
    } catch (const std::exception &failure) {
        set_error(error, failure.what());
    } catch (...) {
        set_error(error, "unknown native failure");
    }
    return SF_VIPS_FAILED;
}

// Whether a loader, by its class name, may meet files from outside.
bool is_allowed_loader(const char *name);

// How many of the bands are colour; one that follows them is alpha.
int colour_bands(VipsImage *image);

// Colours in sRGB with three bands, alpha (where there is one) as the fourth, all uchar or all ushort.
Image to_srgb_rows(VipsImage *image, bool convert_profile);

} // namespace sf
