using StyleFarm.Messages.Jobs;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.GpuNode.Engines;

/// <summary>What an engine renders with, and where it keeps things.</summary>
public sealed record StyleEngineOptions
{
    /// <summary>The node that results name.</summary>
    public required NodeId Node { get; init; }

    /// <summary>Where the network runs.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The processor's threads to compute with; null: libtorch's own choice.</summary>
    public int? Threads { get; init; }

    /// <summary>Loads the network's weights; called on the render thread, again after each breakdown.</summary>
    public required Func<VggWeights> Weights { get; init; }

    /// <summary>A folder of this node alone: downloaded inputs, and checkpoints while the store is away.</summary>
    public required string Folder { get; init; }

    /// <summary>Bytes that the device can still give; null when that is not known. Null: as the device says itself.</summary>
    public Func<long?>? AvailableBytes { get; init; }

    /// <summary>The most that targets of earlier batches may hold on the device.</summary>
    /// <value>Default: 256 MiB.</value>
    public long TargetCacheBytes { get; init; } = 256L << 20;

    /// <summary>The most that downloaded inputs may hold on the disk.</summary>
    /// <value>Default: 4 GiB.</value>
    public long InputCacheBytes { get; init; } = 4L << 30;

    /// <summary>The long side of previews, in pixels.</summary>
    /// <value>Default: 256.</value>
    public int PreviewSide { get; init; } = 256;

    /// <summary>How long one call of the store may take.</summary>
    /// <value>Default: 60 s.</value>
    public TimeSpan StoreTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long after a failure the store is tried again; doubles each time.</summary>
    /// <value>Default: 1 s.</value>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait for the store.</summary>
    /// <value>Default: 60 s.</value>
    public TimeSpan RetryAtMost { get; init; } = TimeSpan.FromSeconds(60);
}
