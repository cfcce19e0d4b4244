using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Sweeps;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Tests;

/// <summary>A sweep with rungs: cells pause there, the best go on, the rest keep their checkpoints.</summary>
public sealed class EarlyStoppingTests
{
    const int Cells = 9;

    static JobSpec Sweep => FarmTable.Job("sweep", JobKind.Sweep) with { Rungs = new AshaRule(10, 3, 0.34), IsScored = true, ShardCells = 3 };

    static CellSpec[] All => [.. Enumerable.Range(0, Cells).Select(i => FarmTable.Cell(i, job: "sweep"))];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_best_cells_go_on_and_the_best_of_all_is_finished(int nodes)
    {
        var table = new FarmTable(new FarmOptions { MaxShardCells = 3 });
        table.Submit(Sweep, All);
        for (var i = 1; i <= nodes; i++) table.Hello($"n{i}");

        Play(table, cell => cell.Index == 4 ? 0.01 : 0.1 * (cell.Index + 1));

        var job = table.State.Job(Sweep.Id);
        var byPhase = job.Cells.Select(table.State.Cell).ToLookup(cell => cell.Phase, cell => cell.Spec.Index);
        Assert.Equal(JobStatus.Done, job.Status);
        Assert.Contains(4, byPhase[CellPhase.Finished]);
        Assert.Equal(Cells, byPhase[CellPhase.Finished].Count() + byPhase[CellPhase.Dropped].Count());
        if (nodes > 1) return;
        Assert.Equal([4], byPhase[CellPhase.Finished]);
        Assert.Equal([30, 30], job.Cells.Select(table.State.Cell).Where(cell => cell.Phase == CellPhase.Dropped && cell.Spec.Index < 2).Select(cell => cell.Step));
    }

    [Fact]
    public void Stopped_cells_go_to_their_end_when_they_are_wanted_after_all()
    {
        var table = new FarmTable();
        table.Submit(Sweep, All);
        table.Hello("n1");
        Play(table, cell => cell.Index);
        table.Do(new RetryJob(Sweep.Id, Dropped: true));
        Assert.All(table.State.Cells.Values.Where(cell => !cell.IsEnded), cell => Assert.Null(cell.StopAt));

        Play(table, cell => cell.Index);

        Assert.Equal((JobStatus.Done, Cells), (table.State.Job(Sweep.Id).Status, table.State.Job(Sweep.Id).Counts.Finished));
    }

    [Fact]
    public void A_coordinator_that_dies_between_rungs_decides_the_same()
    {
        var (steady, dying) = (new FarmTable(), new FarmTable());
        foreach (var table in new[] { steady, dying })
        {
            table.Submit(Sweep, All);
            table.Hello("n1");
        }

        Play(steady, cell => Math.Abs(cell.Index - 6));
        Play(dying, cell => Math.Abs(cell.Index - 6), restartAfterEach: true);

        Assert.Equal(Ends(steady), Ends(dying));

        static List<(int, CellPhase)> Ends(FarmTable table) =>
            [.. table.State.Cells.Values.Select(cell => (cell.Spec.Index, cell.Phase)).Order()];
    }

    /// <summary>Nodes do as they are told until there is nothing more to do.</summary>
    static void Play(FarmTable table, Func<CellSpec, double> score, bool restartAfterEach = false)
    {
        for (var turns = 0; turns < 200; turns++)
        {
            var shard = table.Farm.Presence.Leases.Values.OrderBy(live => live.Lease.Shard.Number).FirstOrDefault();
            if (shard is null) return;
            var assigned = table.Assigned().Last(assigned => assigned.Lease == shard.Lease);
            for (var i = 0; i < assigned.Cells.Length; i++)
            {
                var cell = assigned.Cells[i];
                if (cell.StopAt is { } stop) table.Stop(assigned, i, stop, StopReason.Rung, new Score(score(cell.Cell), score(cell.Cell)));
                else
                {
                    table.Finish(assigned, i);
                    table.Publish(assigned, i);
                }
            }

            if (!restartAfterEach) continue;
            table.Restart();
            table.Submit(Sweep, All);
            table.Hello("n1", held: [.. table.Farm.Presence.Leases.Values.Select(live => live.Lease)]);
        }

        Assert.Fail("the sweep does not come to its end");
    }
}
