using StyleFarm.Coordinator.State;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Tests;

/// <summary>The life of jobs and shards, decision by decision.</summary>
public sealed class FarmTests
{
    readonly FarmTable _table = new();

    [Fact]
    public void Cells_of_one_key_are_given_in_order_as_shards_of_the_wanted_size()
    {
        _table.Submit(FarmTable.Job(), [.. Enumerable.Range(0, 5).Select(i => FarmTable.Cell(i))]);

        _table.Hello("n1");

        var shards = _table.Assigned();
        Assert.Equal([[0, 1], [2, 3]], shards.Select(shard => shard.Cells.Select(cell => cell.Cell.Index).ToArray()));
        Assert.All(shards.SelectMany(shard => shard.Cells), cell => Assert.Equal(1, cell.Attempt));
    }

    [Fact]
    public void A_job_is_done_when_every_result_is_in_place()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1");
        var shard = Assert.Single(_table.Assigned());

        _table.Finish(shard, 0);
        _table.Finish(shard, 1);
        Assert.Equal(JobStatus.Active, _table.State.Job(shard.Job).Status);
        _table.Publish(shard, 0);
        _table.Publish(shard, 1);

        var job = _table.State.Job(shard.Job);
        Assert.Equal((JobStatus.Done, 2, 0), (job.Status, job.Counts.Finished, job.Counts.Open));
        Assert.Empty(_table.State.Cells);
        Assert.Empty(_table.State.Shards);
    }

    [Fact]
    public void A_report_that_comes_twice_or_of_an_ended_claim_changes_nothing_and_is_receipted()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1");
        var shard = Assert.Single(_table.Assigned());
        _table.Finish(shard, 0);
        _table.Finish(shard, 0);
        _table.Pass(11);
        _table.Hello("n2");
        _table.Finish(shard, 1);

        Assert.Equal(3, _table.Sent.Count(send => send.Message is Receipt));
        Assert.Single(_table.Effects.OfType<Publish>());
        var second = Assert.Single(_table.Assigned("n2"));
        Assert.Equal((2, 2L), (second.Cells[0].Attempt, second.Lease.Epoch));
    }

    [Fact]
    public void What_is_left_of_a_job_does_not_wait_behind_one_new_job_after_another()
    {
        _table.Submit(FarmTable.Job("first"), FarmTable.Cell(0, job: "first"), FarmTable.Cell(1, job: "first"));
        _table.Hello("n1");
        _table.Beat("n1", _table.Assigned().Single().Lease);
        var left = _table.Assigned().Single().Lease.Shard;
        _table.Do(new NodeUnreachable(new NodeId("n1")));
        _table.Sent.Clear();
        for (var i = 0; i < 3; i++) _table.Submit(FarmTable.Job($"new-{i}"), FarmTable.Cell(0, job: $"new-{i}"));

        _table.Hello("n2");

        Assert.Contains(_table.Assigned("n2"), assigned => assigned.Lease.Shard == left);
    }

    [Fact]
    public void A_failing_cell_waits_longer_each_time_goes_elsewhere_and_is_given_up_at_last()
    {
        _table.Submit(FarmTable.Job() with { ShardCells = 1 }, FarmTable.Cell(0));
        _table.Hello("n1");
        _table.Hello("n2");
        _table.Fail(_table.Assigned("n1").Single());
        Assert.Equal(WaitReason.BackingOff, _table.Farm.WhyWaits(FarmTable.IdOf("job/0"), _table.Now).Reason);
        _table.Beat("n1");
        _table.Beat("n2");
        _table.Pass(2);
        _table.Fail(_table.Assigned("n2").Single());
        _table.Pass(3);
        Assert.Single(_table.Assigned("n1"));
        _table.Pass(2);
        _table.Fail(_table.Assigned()[^1]);

        var job = _table.State.Job(new JobId("job"));
        Assert.Equal((1, JobStatus.Done), (job.Counts.Failed, job.Status));
        Assert.Contains("tried 3 times", job.Faults[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Pausing_stops_cells_at_checkpoints_and_resuming_goes_on_with_the_same_shard()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Hello("n1");
        var first = Assert.Single(_table.Assigned());
        _table.Do(new PauseJob(first.Job));
        Assert.Equal(StopReason.Pause, Assert.Single(_table.Sent.Select(send => send.Message).OfType<StopCells>()).Reason);
        _table.Stop(first, 0, 10, StopReason.Pause);
        _table.Stop(first, 1, 10, StopReason.Pause);
        Assert.Equal(WaitReason.Paused, _table.Farm.WhyWaits(first.Cells[0].Cell.Id, _table.Now).Reason);
        Assert.Single(_table.Assigned());

        _table.Do(new ResumeJob(first.Job));

        var second = _table.Assigned()[^1];
        Assert.Equal((first.Lease.Shard, 2L), (second.Lease.Shard, second.Lease.Epoch));
        Assert.Equal(10, _table.State.Cell(first.Cells[0].Cell.Id).Step);
    }

    [Fact]
    public void A_job_of_higher_priority_takes_the_node_at_the_next_checkpoint()
    {
        _table.Submit(FarmTable.Job("low"), FarmTable.Cell(0, job: "low"), FarmTable.Cell(1, job: "low"));
        _table.Hello("n1");
        var low = Assert.Single(_table.Assigned());
        _table.Beat("n1", low.Lease);

        _table.Submit(FarmTable.Job("high") with { Priority = 90 }, FarmTable.Cell(0, job: "high"), FarmTable.Cell(1, job: "high"));

        // The second slot is free, so the important shard is prepared, and the one before it is asked to make room.
        Assert.Equal(new JobId("high"), _table.Assigned()[^1].Job);
        Assert.Equal(low.Lease, Assert.Single(_table.Sent.Select(send => send.Message).OfType<StopCells>()).Lease);
    }

    [Fact]
    public void A_full_node_is_preempted()
    {
        var table = new FarmTable(new FarmOptions { ShardsPerNode = 1 });
        table.Submit(FarmTable.Job("low"), FarmTable.Cell(0, job: "low"), FarmTable.Cell(1, job: "low"));
        table.Hello("n1");
        var low = Assert.Single(table.Assigned());
        table.Submit(FarmTable.Job("high") with { Priority = 90 }, FarmTable.Cell(0, job: "high"), FarmTable.Cell(1, job: "high"));
        Assert.Equal(StopReason.Preemption, Assert.Single(table.Sent.Select(send => send.Message).OfType<StopCells>()).Reason);

        table.Stop(low, 0, 7, StopReason.Preemption);
        table.Stop(low, 1, 7, StopReason.Preemption);

        var high = table.Assigned()[^1];
        Assert.Equal(new JobId("high"), high.Job);
        table.FinishAll(high);
        Assert.Equal(low.Lease.Shard, table.Assigned()[^1].Lease.Shard);
    }

    [Fact]
    public void Jobs_of_one_priority_share_by_weight()
    {
        var table = new FarmTable(new FarmOptions { ShardsPerNode = 1 });
        foreach (var (name, weight) in new[] { ("one", 1.0), ("three", 3.0) })
            table.Submit(FarmTable.Job(name) with { Weight = weight, ShardCells = 1 }, [.. Enumerable.Range(0, 40).Select(i => FarmTable.Cell(i, job: name))]);
        table.Hello("n1");
        for (var i = 0; i < 39; i++) table.FinishAll(table.Assigned()[^1]);

        Assert.Equal(30, table.Assigned().Count(shard => shard.Job == new JobId("three")));
    }

    [Fact]
    public void A_cell_that_no_node_can_hold_says_so()
    {
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0) with { MemoryBytes = 5L << 30 });
        Assert.Equal(WaitReason.NoNode, _table.Farm.WhyWaits(FarmTable.IdOf("job/0"), _table.Now).Reason);
        _table.Hello("n1", memory: 1L << 30);

        var wait = _table.Farm.WhyWaits(FarmTable.IdOf("job/0"), _table.Now);

        Assert.Equal(WaitReason.NoNodeFits, wait.Reason);
        Assert.Contains("5120 MiB", wait.Text, StringComparison.Ordinal);
        Assert.Empty(_table.Assigned());
    }

    [Fact]
    public void A_shard_is_no_larger_than_the_memory_of_the_node()
    {
        _table.Submit(FarmTable.Job() with { ShardCells = 8 }, [.. Enumerable.Range(0, 8).Select(i => FarmTable.Cell(i))]);

        _table.Hello("n1", memory: 3 * FarmTable.CellBytes + 50);

        Assert.Equal(3, _table.Assigned()[0].Cells.Length);
    }

    [Fact]
    public void A_shard_is_filled_up_while_more_cells_may_come()
    {
        _table.Do(new SubmitJob(FarmTable.Job()));
        _table.Hello("n1");
        _table.Read(FarmTable.Job(), isLast: false, FarmTable.Cell(0));
        Assert.Empty(_table.Assigned());
        Assert.Equal(WaitReason.FillingShard, _table.Farm.WhyWaits(FarmTable.IdOf("job/0"), _table.Now).Reason);

        _table.Read(FarmTable.Job(), isLast: true, FarmTable.Cell(1));

        Assert.Equal(2, Assert.Single(_table.Assigned()).Cells.Length);
    }

    [Fact]
    public void Photos_with_the_same_bytes_are_rendered_once_and_delivered_twice()
    {
        var twin = FarmTable.Cell(0) with { Index = 1, Output = "twin.png" };
        _table.Submit(FarmTable.Job(), FarmTable.Cell(0), twin);
        _table.Hello("n1");
        var shard = Assert.Single(_table.Assigned());
        _table.FinishAll(shard);

        Assert.Single(shard.Cells);
        Assert.Equal(["0.png", "twin.png"], Assert.Single(_table.Effects.OfType<Publish>()).Claims.Select(claim => claim.Cell.Output!));
        Assert.Equal((2, JobStatus.Done), (_table.State.Job(shard.Job).Counts.Finished, _table.State.Job(shard.Job).Status));
    }

    [Fact]
    public void Cancelling_calls_off_shards_but_not_cells_that_another_job_wants()
    {
        _table.Submit(FarmTable.Job("a"), FarmTable.Cell(0), FarmTable.Cell(1));
        _table.Submit(FarmTable.Job("b"), FarmTable.Cell(1, output: "b.png"));
        _table.Hello("n1");
        _table.Do(new CancelJob(new JobId("a")));

        var cell = Assert.Single(_table.State.Cells.Values);
        Assert.Equal((new JobId("b"), FarmTable.IdOf("job/1")), (cell.Job, cell.Spec.Id));
        Assert.Throws<StyleFarmException>(() => _table.Do(new ResumeJob(new JobId("a"))));
    }
}
