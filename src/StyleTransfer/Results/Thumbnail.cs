using System.Numerics;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Results;

/// <summary>Small pictures of what a cell looks like. No tensors are made, so any thread may do it.</summary>
public static class Thumbnail
{
    /// <summary>The image made smaller, so that its long side is at most <paramref name="longSide"/> pixels; never larger.</summary>
    public static RgbImage Of(RgbImage image, int longSide)
    {
        var size = SizeSpec.AtMost(longSide).Resolve(image.Size);
        if (size == image.Size) return image;
        var pixels = new float[3 * size.Pixels];
        var smaller = new Lanczos3(image.Size, size, (y, row) =>
        {
            var at = 3 * y * size.Width;
            foreach (var pixel in row)
                for (var channel = 0; channel < 3; channel++)
                    pixels[at++] = Math.Clamp(pixel[channel], 0, 255);
        });
        var line = new Vector4[image.Width];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < line.Length; x++)
            {
                var at = 3 * (y * image.Width + x);
                line[x] = new Vector4(image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2], 0);
            }

            smaller.Add(line);
        }

        return new RgbImage(size.Width, size.Height, pixels);
    }

    /// <summary>What the result would be if the cell ended at this checkpoint.</summary>
    /// <param name="checkpoint">The cell between two steps.</param>
    /// <param name="recipe">Its recipe.</param>
    public static RgbImage PictureOf(CellCheckpoint checkpoint, Recipe recipe)
    {
        var best = recipe.Keep == Keep.Best ? checkpoint.Tensors.FirstOrDefault(entry => entry.Name == "best.image") : null;
        var entry = best ?? checkpoint.Tensors.First(entry => entry.Name == "image");
        return new ImageSpace(recipe.Space).ToPixels(Values(entry), (int)entry.Shape[3], (int)entry.Shape[2]);
    }

    static double[] Values(SafetensorsEntry entry)
    {
        var bytes = entry.Data.Span;
        var isDouble = entry.Type == SafetensorsType.F64;
        var values = new double[bytes.Length / (isDouble ? sizeof(double) : sizeof(float))];
        for (var i = 0; i < values.Length; i++)
            values[i] = isDouble ? BitConverter.ToDouble(bytes[(i * sizeof(double))..]) : BitConverter.ToSingle(bytes[(i * sizeof(float))..]);
        return values;
    }
}
