using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StyleFarm.Messages;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>The weights of one convolution.</summary>
/// <param name="Layer">Which one.</param>
/// <param name="Weight">[out, in, 3, 3], row-major.</param>
/// <param name="Bias">[out].</param>
public sealed record VggConvolution(VggLayer Layer, float[] Weight, float[] Bias);

/// <summary>
/// The convolutions of a VGG19 in torchvision's order and channel order (RGB), in single precision, 80 MB. The arrays are shared, not
/// copied: nobody writes to them.
/// </summary>
public sealed class VggWeights
{
    const int SliceLength = 1 << 18;

    readonly Lazy<string> _identity;

    /// <summary>Takes the sixteen convolutions of <see cref="VggLayer.All"/>, in that order.</summary>
    /// <param name="convolutions">Weights and biases of exactly the layers' sizes.</param>
    /// <param name="source">Where they come from: a file's path or <c>seeded:N</c>.</param>
    /// <exception cref="ArgumentException">A layer is missing, out of order, or has an array of another length.</exception>
    public VggWeights(IReadOnlyList<VggConvolution> convolutions, string source)
    {
        if (!convolutions.Select(c => c.Layer).SequenceEqual(VggLayer.All))
            throw new ArgumentException("expected VGG19's sixteen convolutions in order", nameof(convolutions));
        foreach (var (layer, weight, bias) in convolutions)
            if (weight.Length != layer.WeightCount || bias.Length != layer.OutChannels)
                throw new ArgumentException($"{layer.Name} has {weight.Length} weights and {bias.Length} biases", nameof(convolutions));
        Convolutions = convolutions;
        Source = source;
        _identity = new Lazy<string>(ComputeIdentity);
    }

    VggWeights(VggWeights other, string source) => (Convolutions, Source, _identity) = (other.Convolutions, source, other._identity);

    /// <summary>The sixteen convolutions, conv1_1 to conv5_4.</summary>
    public IReadOnlyList<VggConvolution> Convolutions { get; }

    /// <summary>Where they come from: a file's path or <c>seeded:N</c>.</summary>
    public string Source { get; }

    /// <summary>
    /// 64 lower-case hex digits: the SHA-256 over the little-endian float32 bytes of all weights in order, followed by all biases in
    /// order unless every bias is zero. Computed once, when first asked for (about a tenth of a second).
    /// </summary>
    public string Identity => _identity.Value;

    /// <summary>
    /// The deterministic network <c>seeded:N</c>: He-uniform weights from <see cref="SplitMix64Stream"/>, biases zero. The same to the bit
    /// on every machine.
    /// </summary>
    /// <param name="seed">N; any value.</param>
    public static VggWeights Seeded(ulong seed)
    {
        var stream = new SplitMix64Stream(seed);
        var convolutions = new List<VggConvolution>();
        var slices = new List<(float[] Weight, int Offset, ulong First, float Bound)>();
        var counter = 0UL;
        foreach (var layer in VggLayer.All)
        {
            var weight = GC.AllocateUninitializedArray<float>(layer.WeightCount);
            convolutions.Add(new VggConvolution(layer, weight, new float[layer.OutChannels]));
            var bound = (float)Math.Sqrt(6.0 / (9 * layer.InChannels));
            for (var offset = 0; offset < weight.Length; offset += SliceLength)
                slices.Add((weight, offset, counter + (ulong)offset, bound));
            counter += (ulong)weight.Length;
        }
        Parallel.ForEach(slices, slice =>
        {
            var part = slice.Weight.AsSpan(slice.Offset, Math.Min(SliceLength, slice.Weight.Length - slice.Offset));
            stream.FillSymmetric(part, slice.First, slice.Bound);
        });
        return new VggWeights(convolutions, $"seeded:{seed}");
    }

    /// <summary>
    /// Reads a weights file: torchvision's legacy or zip <c>.pth</c>, or <c>.safetensors</c>, told apart by content; the whole network or
    /// its features only. Nothing in the file is ever run, and the classifier is never read.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StyleFarmException">BadInput, one line: missing, broken, refused, or not VGG19's weights.</exception>
    public static VggWeights Load(string path)
    {
        using var file = WeightsFile.Open(path);
        return VggAssembler.Assemble(file);
    }

    /// <summary>The same weights under another description of where they come from.</summary>
    public VggWeights WithSource(string source) => new(this, source);

    string ComputeIdentity()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var convolution in Convolutions) Append(hash, convolution.Weight);
        if (Convolutions.Any(c => c.Bias.AsSpan().ContainsAnyExcept(0f)))
            foreach (var convolution in Convolutions)
                Append(hash, convolution.Bias);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static void Append(IncrementalHash hash, float[] values)
    {
        if (!BitConverter.IsLittleEndian) throw new PlatformNotSupportedException("weights files are little-endian, this machine is not");
        hash.AppendData(MemoryMarshal.AsBytes(values.AsSpan()));
    }
}
