using System.Text.Json;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Losses;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Tests.Golden;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Network;

/// <summary>
/// Statistics of every layer and its Gram matrix against an independent reference in float64. In float32 sixteen layers of sums of up to
/// 4608 products round differently in every implementation; the reference's own float32 is 1e-6 off (`fp32.rel_l2` in the files).
/// </summary>
[Collection(nameof(Engine))]
public sealed class Vgg19GoldenTests
{
    static readonly string Folder = Path.Combine(GoldenCase.Folder, "layers");

    public static MatrixTheoryData<string, ScalarType> Cases => new(
        Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!,
        [ScalarType.Float64, ScalarType.Float32]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_layer_has_the_reference_statistics(string name, ScalarType precision)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")));
        var root = file.RootElement;
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        using (no_grad())
        {
            using var network = new Vgg19(Engine.Seeded(root.GetProperty("seed").GetUInt64()), precision, CPU);
            Assert.Equal(root.GetProperty("weights_sha256").GetString(), network.Identity);
            Assert.True(RecipeText.TryParse<Pooling>(root.GetProperty("pooling").GetString()!, out var pooling));
            var input = Input(root.GetProperty("input").GetString()!).to(precision);
            // The file's own input is float32, so in either precision it is exact.
            Check("input", input, root.GetProperty("input_stats"), 1e-6);

            var taps = network.Forward(input, Tap.All.ToHashSet(), pooling);

            var tolerance = precision == float64 ? 1e-9 : 3e-5;
            var pools = 0;
            foreach (var layer in root.GetProperty("layers").EnumerateObject())
            {
                if (layer.Name.StartsWith("pool", StringComparison.Ordinal))
                {
                    pools++;
                    var last = taps[Tap.All.Last(tap => tap.IsRelu && $"pool{tap.Block}" == layer.Name)];
                    var pooled = pooling == Pooling.Max ? nn.functional.max_pool2d(last, 2, 2) : nn.functional.avg_pool2d(last, 2, 2);
                    Check(layer.Name, pooled, layer.Value, tolerance);
                }
                else
                {
                    Check(layer.Name, taps[Tap.Parse(layer.Name)], layer.Value, tolerance);
                }
            }

            Assert.Equal(5, pools);
            Assert.Equal(32 + 5, root.GetProperty("layers").EnumerateObject().Count());
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    static Tensor Input(string name)
    {
        if (!name.StartsWith("syn", StringComparison.Ordinal))
        {
            var image = ImageFile.Load(Path.Combine(GoldenCase.Folder, "images", $"{name}.png"), SizeSpec.Original);
            return Normalised(image);
        }

        var size = RecipeSize.Parse(name[3..]);
        var values = new float[3 * size.Width * size.Height];
        new SplitMix64Stream(1).FillSymmetric(values, 0, 2);
        return tensor(values, [1, 3, size.Height, size.Width]);
    }

    /// <summary>Every operation in float32, as the reference made its input; the engine rounds once.</summary>
    static Tensor Normalised(RgbImage image)
    {
        float[] means = [0.485f, 0.456f, 0.406f], deviations = [0.229f, 0.224f, 0.225f];
        var planes = new float[image.Pixels.Length];
        for (var i = 0; i < planes.Length; i++)
            planes[i % 3 * image.Width * image.Height + i / 3] = (image.Pixels[i] / 255f - means[i % 3]) / deviations[i % 3];
        return tensor(planes, [1, 3, image.Height, image.Width]);
    }

    static void Check(string name, Tensor features, JsonElement expected, double tolerance)
    {
        var exact = features.to(float64);
        var values = exact.ToArray<double>();
        var rms = Math.Sqrt(values.Sum(value => value * value) / values.Length);
        var mean = values.Average();
        Assert.Equal([1, .. expected.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64())], features.shape);
        Close("mean", mean, rms);
        Close("std", Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / values.Length), rms);
        Close("l2", rms * Math.Sqrt(values.Length), rms * Math.Sqrt(values.Length));
        Close("min", values.Min(), 10 * rms);
        Close("max", values.Max(), 10 * rms);
        // A value that rounding moves across zero counts as one more or less.
        Assert.Equal(expected.GetProperty("zero_fraction").GetDouble(), values.Count(value => value == 0) / (double)values.Length,
            tolerance < 1e-6 ? 1e-12 : 1e-3);
        CloseEach("first", values);
        CloseEach("last", values[^expected.GetProperty("last").GetArrayLength()..]);
        if (expected.TryGetProperty("gram", out var gram)) CheckGram(name, features, gram, tolerance);

        void Close(string what, double actual, double scale) => AssertClose($"{what} of {name}", expected.GetProperty(what).GetDouble(), actual, tolerance * scale);

        void CloseEach(string what, double[] actual)
        {
            foreach (var (value, i) in expected.GetProperty(what).EnumerateArray().Select((value, i) => (value.GetDouble(), i)))
                AssertClose($"{what}[{i}] of {name}", value, actual[i], 10 * tolerance * rms);
        }
    }

    static void CheckGram(string name, Tensor features, JsonElement expected, double tolerance)
    {
        Assert.Equal("chw", expected.GetProperty("norm").GetString());
        var channels = (int)features.shape[1];
        var gram = GramMatrix.Of(features, GramForm.Chw).to(float64).ToArray<double>();
        var l2 = expected.GetProperty("l2").GetDouble();
        Close("mean", gram.Average());
        Close("l2", Math.Sqrt(gram.Sum(value => value * value)));
        Close("trace", Enumerable.Range(0, channels).Sum(i => gram[i * channels + i]));
        Close("g00", gram[0]);
        Close("g01", gram[1]);
        Close("glast", gram[^1]);

        void Close(string what, double actual) =>
            AssertClose($"{what} of {name}'s Gram matrix", expected.GetProperty(what).GetDouble(), actual, tolerance * Math.Max(l2, Math.Abs(actual)));
    }

    static void AssertClose(string what, double expected, double actual, double allowed) =>
        Assert.True(Math.Abs(expected - actual) <= allowed, $"{what}: {actual:R}, expected {expected:R}, allowed ±{allowed:E1}");
}
