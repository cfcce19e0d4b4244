// The C edge of StyleFarm's imaging: everything C# calls, and nothing else.
// Every function that can fail returns a status and, on failure, a message that the caller frees with sf_vips_free.
#pragma once

#include <stdint.h>

#define SF_EXPORT extern "C" __attribute__((visibility("default")))

enum sf_vips_status : int32_t {
    SF_VIPS_OK = 0,
    SF_VIPS_FAILED = 1,
    SF_VIPS_UNKNOWN_FORMAT = 2,
    SF_VIPS_UNSUPPORTED = 3,
};

// The values of C#'s ImageFormat.
enum sf_vips_format : int32_t {
    SF_VIPS_FORMAT_UNKNOWN = 0,
    SF_VIPS_FORMAT_JPEG = 1,
    SF_VIPS_FORMAT_PNG = 2,
    SF_VIPS_FORMAT_WEBP = 3,
    SF_VIPS_FORMAT_TIFF = 4,
    SF_VIPS_FORMAT_HEIF = 5,
    SF_VIPS_FORMAT_GIF = 6,
};

enum sf_vips_blob : int32_t {
    SF_VIPS_BLOB_EXIF = 1,
    SF_VIPS_BLOB_ICC = 2,
};

struct sf_vips_image;

// What the header says: sizes as stored, before the EXIF orientation (1 to 8) is applied.
struct sf_vips_header {
    int32_t width;
    int32_t height;
    int32_t bands;
    int32_t has_alpha;
    int32_t bits_per_sample;
    int32_t orientation;
    int32_t pages;
    int32_t format;
};

SF_EXPORT int32_t sf_vips_init(int32_t concurrency, char **error);
SF_EXPORT void sf_vips_set_concurrency(int32_t threads);
SF_EXPORT const char *sf_vips_version(void);
SF_EXPORT int32_t sf_vips_can_load(int32_t format);
SF_EXPORT int64_t sf_vips_live_images(void);
SF_EXPORT void sf_vips_free(void *memory);

// Reads the header only. The descriptor is duplicated: the caller keeps and closes its own.
SF_EXPORT int32_t sf_vips_open(int64_t descriptor, sf_vips_image **image, sf_vips_header *header, char **error);
SF_EXPORT void sf_vips_close(sf_vips_image *image);

// Points into memory of the image; *data is NULL when there is none.
SF_EXPORT int32_t sf_vips_get_blob(sf_vips_image *image, int32_t blob, const void **data, int64_t *size_bytes, char **error);

// Sets the conversion to sRGB up. Rows then hold 3 samples a pixel, or 4 with alpha last, of 1 or 2 bytes each.
SF_EXPORT int32_t sf_vips_begin_rows(sf_vips_image *image, int32_t convert_profile, int32_t *samples, int32_t *sample_bytes, char **error);

// Rows must be asked for from top to bottom, each once, on one thread.
SF_EXPORT int32_t sf_vips_read_rows(
    sf_vips_image *image, int32_t top, int32_t count, void *rows, int64_t rows_bytes, char **error);

// Encodes 3 or 4 bytes a pixel into memory that the caller frees with sf_vips_free.
SF_EXPORT int32_t sf_vips_encode(const void *pixels, int32_t width, int32_t height, int32_t bands, int32_t format,
    int32_t quality, int32_t srgb_profile, const void *profile, int64_t profile_bytes, void **file, int64_t *file_bytes, char **error);

// Draws one centred paragraph, as coverage 0 to 255; the caller frees *mask with sf_vips_free.
SF_EXPORT int32_t sf_vips_draw_text(const char *text, int32_t max_width, int32_t height_px, void **mask, int32_t *width,
    int32_t *height, char **error);
