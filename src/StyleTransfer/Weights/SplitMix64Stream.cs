using System.Diagnostics.CodeAnalysis;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// The counter-based random stream of seeded networks and noise images: SplitMix64, so that number i depends on the seed and i alone and
/// comes out the same to the bit in any language.
/// </summary>
/// <param name="seed">The seed; any value.</param>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers, not of bytes.")]
public readonly struct SplitMix64Stream(ulong seed)
{
    const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>The seed.</summary>
    public ulong Seed { get; } = seed;

    /// <summary>Number <paramref name="index"/> of the stream, all 64 bits.</summary>
    public ulong BitsAt(ulong index)
    {
        var z = Seed + (index + 1) * Gamma;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>u(i): uniform in [0, 1), a multiple of 2⁻²⁴, exact in single precision.</summary>
    public float At(ulong index) => (BitsAt(index) >> 40) * (1f / (1 << 24));

    /// <summary>Writes u(first), u(first + 1), … .</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="first">The counter of the first number.</param>
    public void Fill(Span<float> destination, ulong first)
    {
        for (var i = 0; i < destination.Length; i++) destination[i] = At(first + (ulong)i);
    }

    /// <summary>Writes float32(2u − 1) · <paramref name="bound"/>: uniform in [−bound, bound).</summary>
    /// <param name="destination">Any length.</param>
    /// <param name="first">The counter of the first number.</param>
    /// <param name="bound">The half width, positive.</param>
    public void FillSymmetric(Span<float> destination, ulong first, float bound)
    {
        for (var i = 0; i < destination.Length; i++) destination[i] = (2f * At(first + (ulong)i) - 1f) * bound;
    }
}
