using StyleFarm.EndToEnd.Tests.Cluster;

namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>
/// Holds the end of a chaos run against what was asked for, by the journal's rows, the store's objects and what went over the wire to the
/// store; the farm's own counters are not asked.
/// </summary>
/// <param name="farm">The farm.</param>
/// <param name="journal">All rows of its journal.</param>
sealed class ChaosAudit(ChaosFarm farm, JournalWatch journal)
{
    /// <summary>A row is seen so long after it was written, at most, while the database is up.</summary>
    static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    /// <summary>The most steps between the newest stored checkpoint of a cell and where its next attempt began.</summary>
    public int WorstUndone { get; private set; }

    /// <summary>Attempts that went on from an earlier one's checkpoint.</summary>
    public int Resumptions { get; private set; }

    /// <summary>Checks all cells of these jobs.</summary>
    public async Task CheckAsync(IReadOnlyList<(int Number, string Id)> jobs)
    {
        Assert.Null(journal.Broken);
        Assert.Equal(jobs.Select(job => job.Id).Order(), journal.Jobs.Keys.Order());
        Assert.All(journal.Jobs, job => Assert.Equal("done", job.Value));
        Assert.Equal(jobs.Count * ChaosWork.CellsPerJob, journal.Cells.Count);
        using var results = new StoredResults(farm.Store, farm.Keys);
        foreach (var (id, cell) in journal.Cells) await CheckCellAsync(results, id, cell);
        foreach (var (number, _) in jobs) Assert.Equal(ChaosWork.CellsPerJob, farm.Files.Files($"out/{number}", "*.png").Count(IsPicture));
        foreach (var cell in farm.Traffic.Checkpoints.GroupBy(stored => stored.Cell)) CheckResumptions(cell.Key, [.. cell]);
    }

    static bool IsPicture(string path) => !path.StartsWith("report/", StringComparison.Ordinal);

    async Task CheckCellAsync(StoredResults results, string id, JournalCell cell)
    {
        Assert.True(cell is { Accepted: > 0, IsPublished: true, GaveUp: null }, 
            $"cell {id} is lost: accepted {cell.Accepted}, {cell.GaveUp}; {string.Join(", ", cell.Story)}");
        var provenance = await results.CheckAsync(id, cell.Accepted, TestContext.Current.CancellationToken);
        if (NewestBefore(farm.Traffic.Checkpoints, id, cell, cell.Accepted) is > 0 and var newest)
            Note(id, cell.Accepted, newest, (int)provenance["timings"]!["resumed_at_step"]!);
    }

    /// <summary>An attempt's first checkpoint is one interval after where it began, or later.</summary>
    void CheckResumptions(string id, List<StoredCheckpoint> checkpoints)
    {
        var cell = journal.Cells[id];
        foreach (var attempt in checkpoints.GroupBy(stored => stored.Attempt).Where(attempt => attempt.Key > 1))
            if (NewestBefore(checkpoints, id, cell, attempt.Key) is > 0 and var newest)
                Note(id, attempt.Key, newest, attempt.Min(stored => stored.Step) - ChaosFarm.Interval);
    }

    /// <summary>The step of the newest checkpoint that earlier attempts had stored when this one was given out.</summary>
    static int NewestBefore(IEnumerable<StoredCheckpoint> checkpoints, string id, JournalCell cell, int attempt)
    {
        var given = cell.Claims[attempt - 1].At;
        return checkpoints.Where(stored => stored.Cell == id && stored.Attempt < attempt
                && stored.At < given && TimeProvider.System.GetElapsedTime(stored.At, given) > Slack)
            .Select(stored => stored.Step).DefaultIfEmpty(0).Max();
    }

    void Note(string id, int attempt, int newest, int begun)
    {
        Resumptions++;
        WorstUndone = Math.Max(WorstUndone, newest - begun);
        Assert.True(newest - begun <= ChaosFarm.Interval,
            $"cell {id}: attempt {attempt} began at step {begun}, and a checkpoint of step {newest} was in the store (interval {ChaosFarm.Interval})");
    }
}
