using System.Globalization;
using System.Runtime.CompilerServices;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.TestKit;

/// <summary>
/// Compares images on the byte scale. On failure the actual and the expected image and their amplified difference are written to
/// artifacts/test-images, and the message names them.
/// </summary>
public static class ImageAssert
{
    /// <summary>Passes when no value differs by more than <paramref name="tolerance"/> (0 means equal) and the sizes agree.</summary>
    /// <param name="expected">What should be.</param>
    /// <param name="actual">What is.</param>
    /// <param name="tolerance">Greatest difference of one value, on the scale 0 to 255.</param>
    /// <param name="name">Starts the names of the written files; the calling test by default.</param>
    public static void Close(RgbImage expected, RgbImage actual, float tolerance, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.Size != actual.Size)
            throw new ImageMismatchException(
                $"the image is {actual.Size}, expected {expected.Size}; "
                + $"see {Write(name, "actual", actual)} and {Write(name, "expected", expected)}");
        Close(expected.Pixels, actual.Pixels, expected.Width, expected.Height, tolerance, name);
    }

    /// <summary>The same for bare HWC RGB values, 3 × width × height of them.</summary>
    public static void Close(
        float[] expected, float[] actual, int width, int height, float tolerance, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(expected);
        ArgumentNullException.ThrowIfNull(actual);
        if (expected.Length != actual.Length)
            throw new ImageMismatchException($"{actual.Length} values, expected {expected.Length}");
        var worst = -1;
        var worstBy = tolerance;
        var count = 0;
        for (var i = 0; i < expected.Length; i++)
        {
            var by = Difference(expected[i], actual[i]);
            if (by <= tolerance)
                continue;
            count++;
            if (by <= worstBy)
                continue;
            (worst, worstBy) = (i, by);
        }
        if (count == 0)
            return;
        var place = $"x={worst / 3 % width}, y={worst / 3 / width}, {"RGB"[worst % 3]}";
        var values = string.Create(CultureInfo.InvariantCulture, $"expected {expected[worst]}, got {actual[worst]}");
        throw new ImageMismatchException(string.Create(CultureInfo.InvariantCulture,
            $"""
            {count} of {expected.Length} values differ by more than {tolerance}; worst at {place}: {values}
              actual:     {Write(name, "actual", new RgbImage(width, height, actual))}
              expected:   {Write(name, "expected", new RgbImage(width, height, expected))}
              difference: {Write(name, "diff", Amplified(expected, actual, width, height, worstBy))}
            """));
    }

    // Not-a-number is as wrong as can be.
    static float Difference(float expected, float actual)
    {
        var by = Math.Abs(expected - actual);
        return float.IsNaN(by) ? float.PositiveInfinity : by;
    }

    // Grey where equal; the worst difference reaches black or white.
    static RgbImage Amplified(float[] expected, float[] actual, int width, int height, float worstBy)
    {
        var gain = float.IsFinite(worstBy) && worstBy > 0 ? 127 / worstBy : 1;
        var pixels = new float[expected.Length];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = 128 + gain * (actual[i] - expected[i]);
        return new RgbImage(width, height, pixels);
    }

    static string Write(string name, string kind, RgbImage image)
    {
        var folder = Checkout.PathOf("artifacts", "test-images");
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{name}.{kind}.png");
        ImageFile.Save(image, path);
        return path;
    }
}
