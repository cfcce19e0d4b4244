using System.Text.Json;
using System.Text.Json.Serialization;
using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>One convolution of a weights file, in numbers.</summary>
/// <param name="Name"><c>conv1_1</c> to <c>conv5_4</c>.</param>
/// <param name="Key">torchvision's name of the weight.</param>
/// <param name="Shape">[out, in, 3, 3].</param>
/// <param name="Mean">Mean of the weights.</param>
/// <param name="Std">Their standard deviation (over all of them, not a sample).</param>
/// <param name="Min">The smallest.</param>
/// <param name="Max">The largest.</param>
/// <param name="Zeros">How many are exactly zero.</param>
/// <param name="BiasMin">The smallest bias.</param>
/// <param name="BiasMax">The largest bias.</param>
public sealed record WeightsLayerReport(
    string Name, string Key, IReadOnlyList<long> Shape, double Mean, double Std, float Min, float Max, int Zeros, float BiasMin,
    float BiasMax);

/// <summary>What <c>weights verify</c> tells about a file.</summary>
/// <param name="File">The path as given.</param>
/// <param name="Format">Its format, found by content.</param>
/// <param name="IsWhole">Whether it holds the classifier too; false: features only.</param>
/// <param name="SizeBytes">The file's length.</param>
/// <param name="Tensors">How many tensors it holds.</param>
/// <param name="Identity">SHA-256 of the features, see <see cref="VggWeights.Identity"/>.</param>
/// <param name="Layers">The sixteen convolutions in order.</param>
public sealed record WeightsReport(
    string File, WeightsFileFormat Format, bool IsWhole, long SizeBytes, int Tensors, string Identity,
    IReadOnlyList<WeightsLayerReport> Layers)
{
    static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>Reads a weights file and measures it.</summary>
    /// <exception cref="StyleFarmException">BadInput: the file cannot be used as VGG19's weights, and why.</exception>
    public static WeightsReport Create(string path)
    {
        using var file = WeightsFile.Open(path);
        var weights = VggAssembler.Assemble(file);
        var layers = weights.Convolutions.AsParallel().AsOrdered().Select(Measure).ToList();
        return new WeightsReport(
            path, file.Format, VggAssembler.IsWhole(file), file.SizeBytes, file.Tensors.Count, weights.Identity, layers);
    }

    /// <summary>
    /// The report as indented JSON: camelCase names, <c>format</c> one of <c>legacy-pth</c>, <c>zip-pth</c>, <c>safetensors</c>.
    /// </summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);

    static WeightsLayerReport Measure(VggConvolution convolution)
    {
        var (layer, weight, bias) = convolution;
        double sum = 0, squares = 0;
        var (min, max, zeros) = (float.PositiveInfinity, float.NegativeInfinity, 0);
        foreach (var value in weight)
        {
            sum += value;
            min = Math.Min(min, value);
            max = Math.Max(max, value);
            if (value == 0) zeros++;
        }
        var mean = sum / weight.Length;
        foreach (var value in weight) squares += (value - mean) * (value - mean);
        var std = Math.Sqrt(squares / weight.Length);
        return new WeightsLayerReport(layer.Name, layer.WeightKey, layer.WeightShape, mean, std, min, max, zeros, bias.Min(), bias.Max());
    }
}
