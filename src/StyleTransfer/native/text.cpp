#include "internal.hpp"

SF_EXPORT int32_t sf_vips_draw_text(const char *text, int32_t max_width, int32_t height_px, void **mask, int32_t *width,
    int32_t *height, char **error) {
    return sf::guarded(error, [&] {
        if (vips_type_find("VipsOperation", "text") == 0)
            throw sf::Failure(SF_VIPS_UNSUPPORTED, "this libvips draws no text");
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
