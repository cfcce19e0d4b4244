#include "internal.hpp"

#include <dlfcn.h>

namespace {

// Without a single font Pango draws a box for every letter. Fontconfig is asked where it is there: libvips brings it along with Pango,
// and a build that needs its headers for one question would be harder to build.
bool has_fonts() {
    struct FontSet {
        int count;
    };
    constexpr int SystemFonts = 0;
    auto *library = dlopen("libfontconfig.so.1", RTLD_LAZY);
    if (library == nullptr)
        return true;
    auto start = reinterpret_cast<int (*)()>(dlsym(library, "FcInit"));
    auto fonts = reinterpret_cast<const FontSet *(*)(void *, int)>(dlsym(library, "FcConfigGetFonts"));
    if (start == nullptr || fonts == nullptr || start() == 0)
        return true;
    const auto *found = fonts(nullptr, SystemFonts);
    return found != nullptr && found->count > 0;
}

} // namespace

SF_EXPORT int32_t sf_vips_draw_text(const char *text, int32_t max_width, int32_t height_px, void **mask, int32_t *width,
    int32_t *height, char **error) {
    return sf::guarded(error, [&] {
        if (vips_type_find("VipsOperation", "text") == 0)
            throw sf::Failure(SF_VIPS_UNSUPPORTED, "this libvips draws no text");
        static const bool FontsFound = has_fonts();
        if (!FontsFound)
            throw sf::Failure(SF_VIPS_UNSUPPORTED, "there is no font");
        // vips_text reads Pango markup: a file name may hold < or &.
        std::unique_ptr<char, sf::GFree> escaped(g_markup_escape_text(text, -1));
        const auto font = "sans " + std::to_string(height_px);
        VipsImage *drawn = nullptr;
        sf::check(vips_text(&drawn, escaped.get(), "font", font.c_str(), "dpi", 72, "width", max_width, "wrap",
            VIPS_TEXT_WRAP_WORD_CHAR, "align", VIPS_ALIGN_CENTRE, nullptr));
        sf::Image image(drawn);
        size_t size = 0;
        *mask = vips_image_write_to_memory(image.get(), &size);
        if (*mask == nullptr)
            sf::fail_vips();
        *width = vips_image_get_width(image.get());
        *height = vips_image_get_height(image.get());
    });
}
