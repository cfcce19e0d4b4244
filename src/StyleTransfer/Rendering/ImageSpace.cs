using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>Between RGB bytes and the space in which a recipe's image lives, one affine map a channel.</summary>
public sealed class ImageSpace
{
    static readonly double[] Mean = [0.485, 0.456, 0.406];
    static readonly double[] Std = [0.229, 0.224, 0.225];
    static readonly double[] CaffeMean = [123.68, 116.779, 103.939];

    readonly ColourSpace _space;

    /// <summary>The map of a recipe's space.</summary>
    public ImageSpace(ColourSpace space) => _space = space;

    /// <summary>An image as 1×3×H×W.</summary>
    public Tensor FromPixels(RgbImage image, ScalarType type, Device device)
    {
        var (width, height) = (image.Width, image.Height);
        var planes = new double[3 * height * width];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.AsSpan(PlaneOf(channel) * height * width, height * width);
            for (var i = 0; i < plane.Length; i++)
                plane[i] = FromByte(image.Pixels[i * 3 + channel], channel);
        }

        using var exact = tensor(planes, [1, 3, height, width]).DetachFromDisposeScope();
        return exact.to(type, device);
    }

    /// <summary>A 1×3×H×W tensor as an image; values outside 0…255 are cut off.</summary>
    public RgbImage ToPixels(Tensor image)
    {
        using var exact = image.to(float64, CPU).DetachFromDisposeScope();
        return ToPixels(exact.ToArray<double>(), (int)exact.shape[3], (int)exact.shape[2]);
    }

    /// <summary>The same of an image's three planes in this space, row after row.</summary>
    public RgbImage ToPixels(ReadOnlySpan<double> planes, int width, int height)
    {
        var pixels = new float[3 * height * width];
        for (var channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(PlaneOf(channel) * height * width, height * width);
            for (var i = 0; i < plane.Length; i++)
                pixels[i * 3 + channel] = (float)Math.Clamp(ToByte(plane[i], channel), 0, 255);
        }

        return new RgbImage(width, height, pixels);
    }

    /// <summary>The pixels 0 and 255 of each channel, 1×3×1×1.</summary>
    public (Tensor Low, Tensor High) Box(ScalarType type, Device device) => (Corner(0, type, device), Corner(255, type, device));

    /// <summary>What the network sees of an image of this space: the image itself, or its normalisation inside the graph.</summary>
    public Tensor NetworkInput(Tensor image)
    {
        if (_space != ColourSpace.Rgb01) return image;
        var mean = tensor(Mean, [1, 3, 1, 1]).to(image.dtype, image.device);
        var std = tensor(Std, [1, 3, 1, 1]).to(image.dtype, image.device);
        return (image - mean) / std;
    }

    Tensor Corner(double value, ScalarType type, Device device)
    {
        var corner = new double[3];
        for (var channel = 0; channel < 3; channel++)
            corner[PlaneOf(channel)] = FromByte(value, channel);
        using var exact = tensor(corner, [1, 3, 1, 1]).DetachFromDisposeScope();
        return exact.to(type, device);
    }

    int PlaneOf(int channel) => _space == ColourSpace.Bgr255 ? 2 - channel : channel;

    double FromByte(double value, int channel) => _space switch
    {
        ColourSpace.Rgb01 => value / 255,
        ColourSpace.RgbNorm => (value / 255 - Mean[channel]) / Std[channel],
        _ => value - CaffeMean[channel],
    };

    double ToByte(double value, int channel) => _space switch
    {
        ColourSpace.Rgb01 => value * 255,
        ColourSpace.RgbNorm => (value * Std[channel] + Mean[channel]) * 255,
        _ => value + CaffeMean[channel],
    };
}
