using System.Collections.Immutable;
using StyleFarm.Cli.Bench.Farm;
using StyleFarm.Coordinator.Log;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Bench.Journal;

/// <summary>
/// What a coordinator writes for an archive in which all goes well, without an end: pages of cells, shards, claims, results.
/// </summary>
static class PaperHistory
{
    const int PageCells = 256;
    const int ShardCells = 4;
    const int Nodes = 64;

    /// <summary>Changes of cells to a record, on average: found, claimed, accepted and put in place.</summary>
    public const double TransitionsPerRecord = 4.0 * PageCells / (1 + 2 * PageCells / ShardCells + 2 * PageCells);

    /// <summary>The records, from the first; each is made when it is asked for.</summary>
    public static IEnumerable<JournalEntry> Records() => Events().Select((happened, i) => FarmEventCodec.Encode(i + 1, happened));

    static IEnumerable<FarmEvent> Events()
    {
        var (job, shard) = (Job(), 0L);
        yield return new JobSubmitted(job);
        yield return new JobStatusChanged(job.Id, JobStatus.Active, "");
        yield return new JobScanBegan(job.Id);
        for (var first = 0L; ; first += PageCells)
        {
            var cells = Enumerable.Range(0, PageCells).Select(i => PaperSource.Cell(first + i)).ToImmutableArray();
            yield return new CellsFound(job.Id, new CellPage { Cells = cells });
            foreach (var together in cells.Chunk(ShardCells))
            {
                var lease = new Lease(new ShardId(++shard), new NodeId($"n{shard % Nodes:D4}"), 1);
                yield return new ShardFormed(lease.Shard, job.Id, [.. together.Select(cell => cell.Id)]);
                yield return new ShardLeased(lease);
                foreach (var cell in together)
                    yield return new CellAccepted(cell.Id, 1, cell.Steps, new Losses(1.25, 20.5, 0.125, 21.875), null, 12.5, lease.Node);
                foreach (var cell in together) yield return new CellPublished(cell.Id);
            }
        }
    }

    static JobSpec Job() => new()
    {
        Id = new JobId("bench"),
        Name = "bench",
        Kind = JobKind.Batch,
        Recipe = RecipePresets.Get(RecipePresets.DefaultName),
        WeightsHash = "w",
    };
}
