#include "internal.hpp"

#include <cstdlib>
#include <vector>

namespace sf {
namespace {

enum class Kind { Grey, Rgb, Cmyk, Special };

Kind kind_of(VipsImage *image) {
    switch (vips_image_get_interpretation(image)) {
    case VIPS_INTERPRETATION_B_W:
    case VIPS_INTERPRETATION_GREY16:
        return Kind::Grey;
    case VIPS_INTERPRETATION_sRGB:
    case VIPS_INTERPRETATION_RGB:
    case VIPS_INTERPRETATION_RGB16:
        return Kind::Rgb;
    case VIPS_INTERPRETATION_CMYK:
        return Kind::Cmyk;
    case VIPS_INTERPRETATION_scRGB:
    case VIPS_INTERPRETATION_LAB:
    case VIPS_INTERPRETATION_LABS:
    case VIPS_INTERPRETATION_LCH:
    case VIPS_INTERPRETATION_XYZ:
        return Kind::Special;
    default:
        return vips_image_get_bands(image) < 3 ? Kind::Grey : Kind::Rgb;
    }
}

int bands_of(Kind kind) { return kind == Kind::Grey ? 1 : kind == Kind::Cmyk ? 4 : 3; }

Image extract(VipsImage *in, int first, int count) {
    VipsImage *out = nullptr;
    check(vips_extract_band(in, &out, first, "n", count, nullptr));
    return Image(out);
}

Image interpret(VipsImage *in, VipsInterpretation interpretation) {
    VipsImage *out = nullptr;
    check(vips_copy(in, &out, "interpretation", interpretation, nullptr));
    return Image(out);
}

// 16 bits out, so that an 8-bit picture is not rounded twice. nullptr when the profile does not fit the picture.
VipsImage *through_icc(VipsImage *in, bool embedded, int depth) {
    VipsImage *out = nullptr;
    const auto status = embedded
        ? vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "intent", VIPS_INTENT_RELATIVE, "black_point_compensation",
              TRUE, "depth", depth, nullptr)
        : vips_icc_transform(in, &out, "srgb", "input_profile", "cmyk", "intent", VIPS_INTENT_RELATIVE,
              "black_point_compensation", TRUE, "depth", depth, nullptr);
    if (status != 0)
        vips_error_clear();
    return out;
}

// Sent through lcms, a picture tagged as sRGB would come back changed by rounding. A profile is taken for sRGB by what it does: it moves
// no colour of a 9x9x9 cube (or no grey) by more than one byte step. That finds every flavour of sRGB, whatever its name.
bool leaves_srgb_alone(VipsImage *picture, int bands) {
    std::vector<unsigned char> colours;
    const int steps = bands == 1 ? 256 : 9 * 9 * 9;
    for (int i = 0; i < steps; i++)
        if (bands == 1)
            colours.push_back(static_cast<unsigned char>(i));
        else
            for (const int digit : {i / 81, i / 9 % 9, i % 9})
                colours.push_back(static_cast<unsigned char>(digit * 255 / 8));

    auto plain = own(vips_image_new_from_memory_copy(colours.data(), colours.size(), steps, 1, bands, VIPS_FORMAT_UCHAR));
    auto cube = interpret(plain.get(), bands == 1 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB);
    const void *profile = nullptr;
    size_t size = 0;
    check(vips_image_get_blob(picture, VIPS_META_ICC_NAME, &profile, &size));
    vips_image_set_blob_copy(cube.get(), VIPS_META_ICC_NAME, profile, size);

    Image moved(through_icc(cube.get(), true, 8));
    if (!moved)
        return false;
    size_t moved_size = 0;
    std::unique_ptr<unsigned char, GFree> moved_colours(
        static_cast<unsigned char *>(vips_image_write_to_memory(moved.get(), &moved_size)));
    if (!moved_colours)
        fail_vips();
    for (size_t i = 0; i < moved_size; i++) {
        const auto before = bands == 1 ? colours[i / 3] : colours[i];
        if (std::abs(static_cast<int>(moved_colours.get()[i]) - before) > 1)
            return false;
    }
    return true;
}

// Without convert_profile the colours of a profile are taken for sRGB as they are; CMYK has to be converted all the same.
Image to_srgb(Image colours, Kind kind, bool convert_profile) {
    if (kind == Kind::Special) {
        VipsImage *out = nullptr;
        check(vips_colourspace(colours.get(), &out, VIPS_INTERPRETATION_RGB16, nullptr));
        return Image(out);
    }
    const auto format = vips_image_get_format(colours.get());
    if (format != VIPS_FORMAT_UCHAR && format != VIPS_FORMAT_USHORT)
        throw Failure(SF_VIPS_UNSUPPORTED,
            std::string("samples of type ") + vips_enum_nick(VIPS_TYPE_BAND_FORMAT, format) + ", not 8 or 16 bits");
    const bool wide = format == VIPS_FORMAT_USHORT;
    if (kind == Kind::Grey)
        colours = interpret(colours.get(), wide ? VIPS_INTERPRETATION_GREY16 : VIPS_INTERPRETATION_B_W);
    if (kind == Kind::Rgb)
        colours = interpret(colours.get(), wide ? VIPS_INTERPRETATION_RGB16 : VIPS_INTERPRETATION_sRGB);

    const bool tagged = vips_image_get_typeof(colours.get(), VIPS_META_ICC_NAME) != 0;
    if (tagged && (kind == Kind::Cmyk || (convert_profile && !leaves_srgb_alone(colours.get(), bands_of(kind)))))
        if (auto *converted = through_icc(colours.get(), true, 16))
            return Image(converted);
    if (kind == Kind::Cmyk)
        return own(through_icc(colours.get(), false, 16));
    return colours;
}

// Alpha beside colours of another depth: 255 and 65535 both mean opaque.
Image match_depth(Image alpha, VipsBandFormat format) {
    const auto from = vips_image_get_format(alpha.get());
    if (from == format)
        return alpha;
    if (format != VIPS_FORMAT_USHORT || (from != VIPS_FORMAT_UCHAR && from != VIPS_FORMAT_FLOAT))
        throw Failure(SF_VIPS_UNSUPPORTED, "alpha of another type than the colours");
    VipsImage *scaled = nullptr;
    check(vips_linear1(alpha.get(), &scaled, 257.0, 0.0, nullptr));
    Image holder(scaled);
    VipsImage *out = nullptr;
    check(vips_cast(holder.get(), &out, format, nullptr));
    return Image(out);
}

} // namespace

int colour_bands(VipsImage *image) { return bands_of(kind_of(image)); }

Image to_srgb_rows(VipsImage *image, bool convert_profile) {
    const auto kind = kind_of(image);
    const auto count = bands_of(kind);
    const auto bands = vips_image_get_bands(image);
    if (bands < count)
        throw Failure(SF_VIPS_UNSUPPORTED, std::to_string(bands) + " bands where its colours need " + std::to_string(count));
    auto colours = to_srgb(extract(image, 0, count), kind, convert_profile);
    Image alpha;
    if (bands > count)
        alpha = match_depth(extract(image, count, 1), vips_image_get_format(colours.get()));

    const bool grey = vips_image_get_bands(colours.get()) == 1;
    std::vector<VipsImage *> parts(grey ? 3 : 1, colours.get());
    if (alpha)
        parts.push_back(alpha.get());
    VipsImage *joined = nullptr;
    check(vips_bandjoin(parts.data(), &joined, static_cast<int>(parts.size()), nullptr));
    return Image(joined);
}

} // namespace sf
