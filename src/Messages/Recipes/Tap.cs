using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace StyleFarm.Messages.Recipes;

/// <summary>
/// An activation of VGG19 that a loss reads: `convB_I` before its ReLU, `reluB_I` after it (Simonyan and Zisserman 2015, network E).
/// Every value is a tap that exists; `default` is conv1_1.
/// </summary>
public readonly record struct Tap : IComparable<Tap>
{
    static readonly ImmutableArray<int> BlockLengths = [2, 2, 4, 4, 4];

    readonly byte _code;

    Tap(int position, bool isRelu) => _code = (byte)(position * 2 + (isRelu ? 1 : 0));

    /// <summary>All 32 taps in network order: conv1_1, relu1_1, conv1_2, … relu5_4.</summary>
    public static ImmutableArray<Tap> All { get; } = [.. Enumerable.Range(0, 32).Select(code => new Tap(code / 2, code % 2 == 1))];

    /// <summary>The number of the block, 1 to 5. A block works at 2^(Block − 1) times less than the image's height and width.</summary>
    public int Block => Locate().Block;

    /// <summary>The number of the convolution within its block, from 1; at most 2 in blocks 1 and 2, 4 in the others.</summary>
    public int Index => Locate().Index;

    /// <summary>True after the ReLU, false before it.</summary>
    public bool IsRelu => _code % 2 == 1;

    /// <summary>Which of the sixteen convolutions it is, in network order from 0 (conv1_1) to 15 (conv5_4).</summary>
    public int Position => _code / 2;

    /// <summary>The number of channels: 64, 128, 256, 512, 512 by block.</summary>
    public int Channels => Math.Min(64 << (Block - 1), 512);

    /// <summary>`conv4_2`, `relu4_2`.</summary>
    public string Name => $"{(IsRelu ? "relu" : "conv")}{Block}_{Index}";

    /// <summary>The tap of this name.</summary>
    /// <exception cref="StyleFarmException">There is none: BadUsage, with the nearest name.</exception>
    public static Tap Parse(string name) => TryParse(name, out var tap) ? tap : throw StyleFarmException.BadUsage(Fault(name));

    /// <summary>The tap of this name, if there is one.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out Tap tap)
    {
        foreach (var candidate in All)
        {
            if (candidate.Name != name)
                continue;
            tap = candidate;
            return true;
        }
        tap = default;
        return false;
    }

    /// <summary>The tap at a place in the network.</summary>
    /// <param name="block">1 to 5.</param>
    /// <param name="index">From 1; at most 2 in blocks 1 and 2, 4 in the others.</param>
    /// <param name="isRelu">True for the activation after the ReLU.</param>
    /// <exception cref="ArgumentOutOfRangeException">The network has no such convolution.</exception>
    public static Tap At(int block, int index, bool isRelu)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(block, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(block, BlockLengths.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, BlockLengths[block - 1]);
        return new(BlockLengths.Take(block - 1).Sum() + index - 1, isRelu);
    }

    /// <inheritdoc/>
    public int CompareTo(Tap other) => _code.CompareTo(other._code);

    /// <summary>True when the first comes earlier in the network.</summary>
    public static bool operator <(Tap left, Tap right) => left._code < right._code;

    /// <summary>True when the first comes later in the network.</summary>
    public static bool operator >(Tap left, Tap right) => left._code > right._code;

    /// <summary>True unless the first comes later in the network.</summary>
    public static bool operator <=(Tap left, Tap right) => left._code <= right._code;

    /// <summary>True unless the first comes earlier in the network.</summary>
    public static bool operator >=(Tap left, Tap right) => left._code >= right._code;

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    internal static string Fault(string name) =>
        $"'{RecipeNodes.Shorten(name)}' is no tap of VGG19, expected conv1_1 to conv5_4 or relu1_1 to relu5_4"
        + NearestMatch.Hint(NearestMatch.Find(name, All.Select(tap => tap.Name)));

    (int Block, int Index) Locate()
    {
        var index = Position;
        var block = 0;
        while (index >= BlockLengths[block])
            index -= BlockLengths[block++];
        return (block + 1, index + 1);
    }
}

/// <summary>A tap and its share in the content or style loss.</summary>
/// <param name="Tap">The activation.</param>
/// <param name="Weight">A finite number above 0.</param>
public readonly record struct TapWeight(Tap Tap, double Weight)
{
    /// <summary>A weight for the tap of this name.</summary>
    /// <exception cref="StyleFarmException">There is no such tap.</exception>
    public TapWeight(string tap, double weight)
        : this(Tap.Parse(tap), weight)
    {
    }
}
