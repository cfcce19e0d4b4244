#include "internal.hpp"

namespace {

// With strip, libvips 8.14 leaves a profile out even where one is asked for; without, it may add an EXIF block, which the caller removes.
int encode(VipsImage *image, int32_t format, int32_t quality, const char *profile, bool tagged, void **file, size_t *size) {
    const gboolean strip = profile == nullptr && !tagged;
    switch (format) {
    case SF_VIPS_FORMAT_PNG:
        return vips_pngsave_buffer(image, file, size, "compression", 6, "strip", strip, "profile", profile, nullptr);
    case SF_VIPS_FORMAT_JPEG:
        return vips_jpegsave_buffer(image, file, size, "Q", quality, "subsample_mode", VIPS_FOREIGN_SUBSAMPLE_OFF,
            "optimize_coding", TRUE, "strip", strip, "profile", profile, nullptr);
    case SF_VIPS_FORMAT_TIFF:
        return vips_tiffsave_buffer(image, file, size, "compression", VIPS_FOREIGN_TIFF_COMPRESSION_LZW, "predictor",
            VIPS_FOREIGN_TIFF_PREDICTOR_HORIZONTAL, "strip", strip, "profile", profile, nullptr);
    case SF_VIPS_FORMAT_WEBP:
        return vips_webpsave_buffer(image, file, size, "Q", quality, "smart_subsample", TRUE, "strip", strip, "profile", profile,
            nullptr);
    default:
        throw sf::Failure(SF_VIPS_UNSUPPORTED, "no encoder for format " + std::to_string(format));
    }
}

} // namespace

SF_EXPORT int32_t sf_vips_encode(const void *pixels, int32_t width, int32_t height, int32_t bands, int32_t format,
    int32_t quality, int32_t srgb_profile, const void *profile, int64_t profile_bytes, void **file, int64_t *file_bytes, char **error) {
    return sf::guarded(error, [&] {
        const auto bytes = static_cast<size_t>(width) * height * bands;
        auto borrowed = sf::own(vips_image_new_from_memory(pixels, bytes, width, height, bands, VIPS_FORMAT_UCHAR));
        VipsImage *tagged = nullptr;
        sf::check(vips_copy(borrowed.get(), &tagged, "interpretation", VIPS_INTERPRETATION_sRGB, nullptr));
        sf::Image image(tagged);
        if (profile_bytes > 0)
            vips_image_set_blob_copy(image.get(), VIPS_META_ICC_NAME, profile, static_cast<size_t>(profile_bytes));
        size_t size = 0;
        sf::check(encode(image.get(), format, quality, srgb_profile ? "srgb" : nullptr, profile_bytes > 0, file, &size));
        *file_bytes = static_cast<int64_t>(size);
    });
}
