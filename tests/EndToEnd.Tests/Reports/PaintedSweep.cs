using StyleFarm.Coordinator.Reports;
using StyleFarm.Coordinator.Tests.Reports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Reports;

/// <summary>
/// The sample sweep with pictures to look at: the colours of the style's palette laid over the content by brightness, with its brush
/// strokes, the more the heavier the style weighs and the further the steps are. Not style transfer, but quick.
/// </summary>
static class PaintedSweep
{
    const int WidthPx = 240;
    const int HeightPx = 160;

    static readonly RgbImage Style = Load("starry_night_unframed.jpg");
    static readonly (float R, float G, float B)[] Palette = SortedByBrightness(Style);

    static readonly Dictionary<string, RgbImage> Contents = new()
    {
        ["photos/chelsea.png"] = Load("chelsea.png"),
        ["photos/coffee.png"] = Load("coffee.png"),
    };

    public static ReportModel Model { get; } = SampleReport.Sweep(Paint);

    static byte[] Paint(string content, double weight, int seed, int step)
    {
        var strength = (float)(weight <= 0 ? 0 : Math.Log10(weight) / 6 * (1 - Math.Exp(-step / 60.0)));
        var source = Contents[content].Pixels;
        var pixels = new float[source.Length];
        for (var at = 0; at < pixels.Length; at += 3)
        {
            var stroke = Brightness(Style.Pixels, (at + 3 * 7919 * seed) % pixels.Length / 3 * 3) - 110;
            var brightness = Math.Clamp(Brightness(source, at) + stroke * strength * 0.9f, 0, 255);
            var (r, g, b) = Palette[(int)brightness];
            pixels[at] = source[at] + (r - source[at]) * strength;
            pixels[at + 1] = source[at + 1] + (g - source[at + 1]) * strength;
            pixels[at + 2] = source[at + 2] + (b - source[at + 2]) * strength;
        }
        return ImageFile.Encode(new RgbImage(WidthPx, HeightPx, pixels), ".jpg", new SaveOptions { Quality = 80 });
    }

    static RgbImage Load(string name) => ImageFile.Load(Checkout.PathOf("samples", name), SizeSpec.Forced(WidthPx, HeightPx));

    static float Brightness(float[] pixels, int at) => 0.3f * pixels[at] + 0.59f * pixels[at + 1] + 0.11f * pixels[at + 2];

    /// <summary>256 colours of the picture, dark to light, each the mean of its share of the pixels.</summary>
    static (float R, float G, float B)[] SortedByBrightness(RgbImage image)
    {
        var pixels = image.Pixels;
        int[] order = [.. Enumerable.Range(0, pixels.Length / 3).Select(pixel => 3 * pixel).OrderBy(at => Brightness(pixels, at))];
        return
        [
            .. Enumerable.Range(0, 256).Select(shade => order[(shade * order.Length / 256)..((shade + 1) * order.Length / 256)])
                .Select(share =>
                    (share.Average(at => pixels[at]), share.Average(at => pixels[at + 1]), share.Average(at => pixels[at + 2]))),
        ];
    }
}
