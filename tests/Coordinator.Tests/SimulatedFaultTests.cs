using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.Tests;

/// <summary>What the simulation of the whole farm has brought to light, each as the shortest way to it.</summary>
public sealed class SimulatedFaultTests
{
    [Fact]
    public void Many_sizes_of_photos_that_fill_no_shard_do_not_wait_for_pages_that_nobody_reads()
    {
        var table = new FarmTable(new FarmOptions { LookAhead = 16, MaxShardCells = 4 });
        var job = FarmTable.Job() with { ShardCells = 4 };
        table.Do(new SubmitJob(job));
        table.Hello("n1");

        // 13 of 16 places are taken, so that no page is read; each size has fewer cells than a shard.
        table.Do(new PageRead(job.Id, new CellPage { Cells = [.. Enumerable.Range(0, 13).Select(i => FarmTable.Cell(i, key: $"size{i % 6}"))] }));

        Assert.NotEmpty(table.Assigned());
        Assert.Equal(JobStatus.Active, table.State.Job(job.Id).Status);
    }
}
