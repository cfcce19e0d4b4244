using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

public sealed class ContactSheetTests
{
    [Fact]
    public void Images_stand_in_reading_order_with_margins_around()
    {
        var red = Pictures.Solid(10, 8, 255, 0, 0);
        var green = Pictures.Solid(6, 8, 0, 255, 0);
        var blue = Pictures.Solid(10, 4, 0, 0, 255);

        var sheet = ContactSheet.Draw([(red, null), (green, " "), (blue, null)], columns: 2, margin: 5);

        Assert.Equal(new ImageSize(5 + 2 * 15, 5 + 2 * 13), sheet.Size);
        AssertPixel(sheet, 0, 0, 245, 245, 245);
        AssertPixel(sheet, 5, 5, 255, 0, 0);
        AssertPixel(sheet, 14, 12, 255, 0, 0);
        AssertPixel(sheet, 21, 5, 245, 245, 245);
        AssertPixel(sheet, 22, 5, 0, 255, 0);
        AssertPixel(sheet, 5, 19, 245, 245, 245);
        AssertPixel(sheet, 5, 20, 0, 0, 255);
        AssertPixel(sheet, 20, 20, 245, 245, 245);
    }

    [Fact]
    public void A_clear_pixel_shows_the_page()
    {
        var half = new RgbImage(1, 1, [45, 45, 45]) { Alpha = [127.5f] };

        AssertPixel(ContactSheet.Draw([(half, null)], 1, margin: 1), 1, 1, 145, 145, 145);
    }

    [Fact]
    public void Captions_are_drawn_below_and_may_hold_any_character()
    {
        var sheet = ContactSheet.Draw(
            [(Pictures.Solid(120, 40, 9, 9, 9), "a < b & \"c\"\n</span>"), (Pictures.Solid(120, 40, 9, 9, 9), null)], columns: 2);

        Assert.SkipWhen(sheet.Height == 16 + 40 + 16, "no text can be drawn here");
        Assert.True(Darkest(sheet, 16, 136) < 120);
        Assert.Equal(245, Darkest(sheet, 152, 272));

        float Darkest(RgbImage image, int left, int right)
        {
            var darkest = 255f;
            for (var y = 16 + 40; y < image.Height; y++)
                for (var x = left; x < right; x++)
                    darkest = Math.Min(darkest, image.Pixels[3 * (y * image.Width + x)]);
            return darkest;
        }
    }

    [Fact]
    public void A_caption_that_does_not_fit_is_wrapped_and_cut()
    {
        var sheet = ContactSheet.Draw([(Pictures.Solid(40, 10, 9, 9, 9), new string('W', 500))], 1);

        Assert.Equal(16 + 40 + 16, sheet.Width);
        Assert.InRange(sheet.Height, 42, 42 + 4 + 63);
    }

    [Fact]
    public void More_columns_than_images_make_one_row() =>
        Assert.Equal(new ImageSize(13, 8), ContactSheet.Draw([(Pictures.Noise(2, 2), null), (Pictures.Noise(2, 2), null)], 9, 3).Size);

    static void AssertPixel(RgbImage image, int x, int y, float r, float g, float b) =>
        Assert.Equal([r, g, b], image.Pixels[(3 * (y * image.Width + x))..][..3]);
}
