using System.Numerics.Tensors;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>Finds VGG19's convolutions among the tensors of a file; everything is checked before the first element is read.</summary>
static class VggAssembler
{
    const string Remedy = "give torchvision's VGG19, the whole network or its features";

    // torchvision's own, the features alone, and what nn.DataParallel makes of both.
    static readonly string[] Prefixes = ["features.", "module.features.", "features.module.", "", "module."];

    public static VggWeights Assemble(WeightsFile file)
    {
        var prefix = FindPrefix(file);
        var found = VggLayer.All.Select(layer => (
            Layer: layer,
            Weight: Find(file, layer, $"{prefix}{layer.Index}.weight", layer.WeightShape),
            Bias: Find(file, layer, $"{prefix}{layer.Index}.bias", [layer.OutChannels]))).ToList();
        var convolutions = found.Select(
            f => new VggConvolution(f.Layer, ReadFinite(file, f.Layer, f.Weight), ReadFinite(file, f.Layer, f.Bias)));
        return new VggWeights([.. convolutions], file.Path);
    }

    /// <summary>Whether a file holds the classifier too.</summary>
    public static bool IsWhole(WeightsFile file) => file.Tensors.Keys.Any(key => key.Contains("classifier.", StringComparison.Ordinal));

    static string FindPrefix(WeightsFile file)
    {
        foreach (var prefix in Prefixes)
            if (file.Tensors.ContainsKey($"{prefix}0.weight") || file.Tensors.ContainsKey($"{prefix}2.weight"))
                return prefix;
        var names = file.Tensors.Keys.Order(StringComparer.Ordinal).Take(3).Select(FileText.Quote);
        var count = file.Tensors.Count;
        var holds = count == 0 ? "it holds no tensors" : $"its {count} tensors begin with {string.Join(", ", names)}";
        throw FileText.BadInput(file.Path, $"layer conv1_1 is missing: no features.0.weight or 0.weight ({holds})", Remedy);
    }

    static StoredTensor Find(WeightsFile file, VggLayer layer, string key, long[] shape)
    {
        if (!file.Tensors.TryGetValue(key, out var tensor))
            throw FileText.BadInput(file.Path, $"layer {layer.Name} is missing: no tensor '{key}' among {file.Tensors.Count}", Remedy);
        if (!tensor.Shape.AsSpan().SequenceEqual(shape))
        {
            var what = $"'{key}' ({layer.Name}) has the shape {FileText.Shape(tensor.Shape)}, expected {FileText.Shape(shape)}";
            throw FileText.BadInput(file.Path, what, Remedy);
        }
        return tensor.Type.IsFloating()
            ? tensor
            : throw FileText.BadInput(file.Path, $"'{key}' ({layer.Name}) holds {tensor.Type}, expected F32, F64, F16 or BF16", Remedy);
    }

    static float[] ReadFinite(WeightsFile file, VggLayer layer, StoredTensor tensor)
    {
        var values = file.ReadFloats(tensor);
        if (TensorPrimitives.IsFiniteAll<float>(values)) return values;
        var (nan, infinite) = (0, 0);
        foreach (var value in values)
        {
            if (float.IsNaN(value)) nan++;
            else if (float.IsInfinity(value)) infinite++;
        }
        var what = $"'{tensor.Name}' ({layer.Name}) holds {nan} NaN and {infinite} infinite values among {values.Length}";
        throw FileText.BadInput(file.Path, what, "the file is damaged or its training diverged: get another");
    }
}
