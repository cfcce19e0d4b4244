using StyleFarm.GpuNode.Inputs;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Checkpoints;

namespace StyleFarm.GpuNode.Checkpoints;

/// <summary>Where the cells of a batch go on.</summary>
/// <param name="Moment">The shard's moment there.</param>
/// <param name="Checkpoints">Of each cell; null: it begins anew.</param>
/// <param name="Shelves">What there is of each cell.</param>
/// <param name="IsOvertaken">Whether another owner has come after this one: then what lies beyond is not this one's to remove.</param>
sealed record BatchResume(int Moment, IReadOnlyList<CellCheckpoint?> Checkpoints, IReadOnlyList<CheckpointShelf> Shelves, bool IsOvertaken = false)
{
    const int Readers = 8;
    const int MaxLooks = 5;

    /// <summary>Reads no more checkpoints than it takes to decide.</summary>
    /// <exception cref="StoreException">The store refuses for good.</exception>
    public static async Task<BatchResume> FindAsync(
        ShardId shard, IReadOnlyList<ReadyCell> cells, Func<ReadyCell, CancellationToken, Task<CheckpointShelf>> open,
            CancellationToken cancellation)
    {
        for (var look = 1; ; look++)
        {
            var found = await LookAsync(shard, cells, open, cancellation);
            if (look < MaxLooks && found.Shelves.Any(shelf => shelf.IsOutdated)) continue;
            return found with { IsOvertaken = await IsOvertakenAsync(cells, found.Shelves, cancellation) };
        }
    }

    /// <summary>Asks only where something may have been left.</summary>
    static async Task<bool> IsOvertakenAsync(IReadOnlyList<ReadyCell> cells, IReadOnlyList<CheckpointShelf> shelves, CancellationToken cancellation)
    {
        if (cells.All(cell => cell.Assignment.Attempt == 1) && shelves.All(shelf => shelf.Stored.Count == 0)) return false;
        foreach (var shelf in shelves)
            if (await shelf.IsOvertakenAsync(cancellation)) return true;
        return false;
    }

    static async Task<BatchResume> LookAsync(
        ShardId shard, IReadOnlyList<ReadyCell> cells, Func<ReadyCell, CancellationToken, Task<CheckpointShelf>> open,
            CancellationToken cancellation)
    {
        var shelves = new CheckpointShelf[cells.Count];
        var read = cells.Select(_ => new List<CellCheckpoint>()).ToList();
        var walk = new ResumeWalk(shard.Number, cells.Count);
        var newest = new (CellCheckpoint Checkpoint, CheckpointStamp Stamp)?[cells.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(0, cells.Count), options, async (cell, token) =>
        {
            shelves[cell] = await open(cells[cell], token);
            newest[cell] = await shelves[cell].NextAsync(token);
        });
        for (var cell = 0; cell < cells.Count; cell++) Take(cell, newest[cell]);
        while (walk.Next() is { } next) Take(next, await shelves[next].NextAsync(cancellation));
        return new BatchResume(walk.Moment, [.. read.Select((found, cell) => walk.Choice(cell) is { } choice ? found[choice] : null)],
            shelves);

        void Take(int cell, (CellCheckpoint Checkpoint, CheckpointStamp Stamp)? found)
        {
            if (found is not { } one)
            {
                walk.NoMore(cell);
                return;
            }

            read[cell].Add(one.Checkpoint);
            walk.Found(cell, one.Stamp);
        }
    }
}
