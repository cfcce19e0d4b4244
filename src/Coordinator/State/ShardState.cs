using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Coordinator.State;

/// <summary>Cells that are rendered together, whoever works on them.</summary>
public sealed class ShardState
{
    /// <summary>The shard.</summary>
    public required ShardId Id { get; init; }

    /// <summary>The job.</summary>
    public required JobId Job { get; init; }

    /// <summary>Cells that have not left it, in order.</summary>
    public required List<CellId> Cells { get; init; }

    /// <summary>Of <see cref="Cells"/>, those that stand at a checkpoint under the present claim, as asked.</summary>
    public HashSet<CellId> Halted { get; init; } = [];

    /// <summary>Counts the claims.</summary>
    public long Epoch { get; set; }

    /// <summary>The claim, while there is one.</summary>
    public Lease? Lease { get; set; }
}
