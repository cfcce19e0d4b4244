using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Tests.Losses;

/// <summary>C × H × W numbers, row-major.</summary>
public sealed record Planes(int Channels, int Height, int Width, double[] Values)
{
    public double this[int channel, int y, int x] => Values[(channel * Height + y) * Width + x];
}

/// <summary>The losses as docs/recipes.md writes them, in plain loops: slow, and without a shortcut that could be wrong.</summary>
public static class LossReference
{
    public static double Content(Planes features, Planes target, ContentForm form)
    {
        double squares = 0, targetSquares = 0;
        for (var c = 0; c < features.Channels; c++)
            for (var y = 0; y < features.Height; y++)
                for (var x = 0; x < features.Width; x++)
                {
                    var d = features[c, y, x] - target[c, y, x];
                    squares += d * d;
                    targetSquares += target[c, y, x] * target[c, y, x];
                }

        double n = features.Channels * features.Height * features.Width;
        return form switch
        {
            ContentForm.Mse => squares / n,
            ContentForm.Sum => squares,
            ContentForm.SumOver4Hwc => squares / (4 * n),
            ContentForm.Relative => squares / targetSquares,
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
    }

    /// <summary>C × C, row-major.</summary>
    public static double[] Gram(Planes features, GramForm form)
    {
        double positions = features.Height * features.Width;
        var divisor = form switch
        {
            GramForm.Chw => features.Channels * positions,
            GramForm.Hw => positions,
            GramForm.None => 1,
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
        var gram = new double[features.Channels * features.Channels];
        for (var i = 0; i < features.Channels; i++)
            for (var j = 0; j < features.Channels; j++)
            {
                var sum = 0.0;
                for (var y = 0; y < features.Height; y++)
                    for (var x = 0; x < features.Width; x++)
                        sum += features[i, y, x] * features[j, y, x];
                gram[i * features.Channels + j] = sum / divisor;
            }

        return gram;
    }

    public static double Style(Planes features, double[] targetGram, GramForm gramForm, StyleForm form, int imageHeight, int imageWidth)
    {
        var gram = Gram(features, gramForm);
        double squares = 0, targetSquares = 0;
        for (var i = 0; i < gram.Length; i++)
        {
            squares += (gram[i] - targetGram[i]) * (gram[i] - targetGram[i]);
            targetSquares += targetGram[i] * targetGram[i];
        }

        double c = features.Channels, hw = features.Height * features.Width, image = imageHeight * imageWidth;
        return form switch
        {
            StyleForm.Mse => squares / (c * c),
            StyleForm.SumOverImage => squares / (4 * Math.Pow(3, 2) * Math.Pow(image, 2)),
            StyleForm.SumOverTap => squares / (4 * Math.Pow(c, 2) * Math.Pow(hw, 2)),
            StyleForm.Relative => squares / targetSquares,
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
    }

    public static double TotalVariation(Planes image, TvForm form)
    {
        double absY = 0, absX = 0, squareY = 0, squareX = 0, powers = 0;
        for (var c = 0; c < image.Channels; c++)
            for (var y = 0; y < image.Height; y++)
                for (var x = 0; x < image.Width; x++)
                {
                    var dy = y + 1 < image.Height ? image[c, y + 1, x] - image[c, y, x] : 0;
                    var dx = x + 1 < image.Width ? image[c, y, x + 1] - image[c, y, x] : 0;
                    absY += Math.Abs(dy);
                    absX += Math.Abs(dx);
                    squareY += dy * dy;
                    squareX += dx * dx;
                    if (y + 1 < image.Height && x + 1 < image.Width) powers += Math.Pow(dy * dy + dx * dx, 1.25);
                }

        double countY = image.Channels * (image.Height - 1) * image.Width, countX = image.Channels * image.Height * (image.Width - 1);
        return form switch
        {
            TvForm.None => 0,
            TvForm.HalfMeanAbs => 0.5 * (absY / countY + absX / countX),
            TvForm.SumPow125 => powers,
            TvForm.MeanSq => squareY / countY + squareX / countX,
            _ => throw new ArgumentOutOfRangeException(nameof(form)),
        };
    }
}
