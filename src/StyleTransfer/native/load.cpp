#include "internal.hpp"

#include <atomic>
#include <cstring>

struct sf_vips_image {
    sf::Ref<VipsSource> source;
    sf::Image file;
    sf::Image rows;
    sf::Ref<VipsRegion> region;

    sf_vips_image() { ++live; }
    ~sf_vips_image() { --live; }

    static std::atomic<int64_t> live;
};

std::atomic<int64_t> sf_vips_image::live{0};

namespace {

int32_t format_of(VipsImage *image) {
    static const std::pair<const char *, int32_t> Names[] = {
        {"jpeg", SF_VIPS_FORMAT_JPEG},
        {"png", SF_VIPS_FORMAT_PNG},
        {"webp", SF_VIPS_FORMAT_WEBP},
        {"tiff", SF_VIPS_FORMAT_TIFF},
        {"heif", SF_VIPS_FORMAT_HEIF},
        {"gif", SF_VIPS_FORMAT_GIF},
    };
    const char *loader = nullptr;
    if (vips_image_get_typeof(image, VIPS_META_LOADER) == 0 || vips_image_get_string(image, VIPS_META_LOADER, &loader) != 0)
        return SF_VIPS_FORMAT_UNKNOWN;
    for (const auto &[name, format] : Names)
        if (std::strncmp(loader, name, std::strlen(name)) == 0)
            return format;
    return SF_VIPS_FORMAT_UNKNOWN;
}

// libvips tells a TIFF by its directory, which is often the last thing in the file: one that was cut short would pass as no image at all.
bool starts_like_tiff(VipsSource *source) {
    const auto *start = vips_source_sniff(source, 4);
    return start != nullptr && (std::memcmp(start, "II*\0", 4) == 0 || std::memcmp(start, "MM\0*", 4) == 0 ||
                                   std::memcmp(start, "II+\0", 4) == 0 || std::memcmp(start, "MM\0+", 4) == 0);
}

void find_loader(VipsSource *source) {
    // Blocked loaders are found too, and would only then refuse.
    const auto *loader = vips_foreign_find_load_source(source);
    if (loader != nullptr && sf::is_allowed_loader(loader))
        return;
    if (starts_like_tiff(source))
        throw sf::Failure(SF_VIPS_FAILED, "tiff: no directory of images");
    throw sf::Failure(SF_VIPS_UNKNOWN_FORMAT, "unknown format");
}

sf_vips_header header_of(VipsImage *image) {
    sf_vips_header header{};
    header.width = vips_image_get_width(image);
    header.height = vips_image_get_height(image);
    header.bands = vips_image_get_bands(image);
    header.has_alpha = header.bands > sf::colour_bands(image);
    header.bits_per_sample = static_cast<int32_t>(8 * vips_format_sizeof(vips_image_get_format(image)));
    header.orientation = vips_image_get_orientation(image);
    header.pages = vips_image_get_n_pages(image);
    header.format = format_of(image);
    return header;
}

} // namespace

SF_EXPORT int64_t sf_vips_live_images(void) { return sf_vips_image::live; }

SF_EXPORT int32_t sf_vips_open(int64_t descriptor, sf_vips_image **image, sf_vips_header *header, char **error) {
    return sf::guarded(error, [&] {
        auto opened = std::make_unique<sf_vips_image>();
        opened->source.reset(vips_source_new_from_descriptor(static_cast<int>(descriptor)));
        if (!opened->source)
            sf::fail_vips();
        find_loader(opened->source.get());
        opened->file = sf::own(vips_image_new_from_source(opened->source.get(), "", "access", VIPS_ACCESS_SEQUENTIAL,
            "fail_on", VIPS_FAIL_ON_ERROR, nullptr));
        *header = header_of(opened->file.get());
        *image = opened.release();
    });
}

SF_EXPORT void sf_vips_close(sf_vips_image *image) { delete image; }

SF_EXPORT int32_t sf_vips_get_blob(
    sf_vips_image *image, int32_t blob, const void **data, int64_t *size_bytes, char **error) {
    return sf::guarded(error, [&] {
        const auto *name = blob == SF_VIPS_BLOB_EXIF ? VIPS_META_EXIF_NAME : VIPS_META_ICC_NAME;
        size_t size = 0;
        *data = nullptr;
        *size_bytes = 0;
        if (vips_image_get_typeof(image->file.get(), name) == 0)
            return;
        sf::check(vips_image_get_blob(image->file.get(), name, data, &size));
        *size_bytes = static_cast<int64_t>(size);
    });
}

SF_EXPORT int32_t sf_vips_begin_rows(sf_vips_image *image, int32_t convert_profile, int32_t *samples, int32_t *sample_bytes, char **error) {
    return sf::guarded(error, [&] {
        image->rows = sf::to_srgb_rows(image->file.get(), convert_profile != 0);
        image->region.reset(vips_region_new(image->rows.get()));
        if (!image->region)
            sf::fail_vips();
        *samples = vips_image_get_bands(image->rows.get());
        *sample_bytes = static_cast<int32_t>(vips_format_sizeof(vips_image_get_format(image->rows.get())));
    });
}

SF_EXPORT int32_t sf_vips_read_rows(
    sf_vips_image *image, int32_t top, int32_t count, void *rows, int64_t rows_bytes, char **error) {
    return sf::guarded(error, [&] {
        if (!image->region)
            throw sf::Failure(SF_VIPS_FAILED, "rows were read before sf_vips_begin_rows");
        const auto line = VIPS_IMAGE_SIZEOF_LINE(image->rows.get());
        if (rows_bytes < static_cast<int64_t>(line) * count)
            throw sf::Failure(SF_VIPS_FAILED, "the row buffer is too small");
        const VipsRect strip{0, top, vips_image_get_width(image->rows.get()), count};
        sf::check(vips_region_prepare(image->region.get(), &strip));
        for (int32_t i = 0; i < count; i++)
            std::memcpy(static_cast<char *>(rows) + line * i, VIPS_REGION_ADDR(image->region.get(), 0, top + i), line);
    });
}
