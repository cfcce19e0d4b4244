using System.Collections.Concurrent;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.StyleTransfer.Tests;

/// <summary>Tests of this collection run one after another: they share the machine's cores and count live tensors.</summary>
[CollectionDefinition(nameof(Engine), DisableParallelization = true)]
public sealed class Engine
{
    static readonly ConcurrentDictionary<ulong, VggWeights> Networks = new();

    /// <summary>The seeded network, made once a process.</summary>
    public static VggWeights Seeded(ulong seed) => Networks.GetOrAdd(seed, VggWeights.Seeded);
}
