using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
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
        table.Read(job, isLast: false, [.. Enumerable.Range(0, 13).Select(i => FarmTable.Cell(i, key: $"size{i % 6}"))]);

        Assert.NotEmpty(table.Assigned());
        Assert.Equal(JobStatus.Active, table.State.Job(job.Id).Status);
    }

    [Fact]
    public void A_picture_that_could_not_be_put_in_place_is_not_rendered_again()
    {
        var (table, job) = (new FarmTable(), FarmTable.Job());
        table.Submit(job, FarmTable.Cell(0));
        table.Hello("n1");
        table.Finish(table.Assigned()[0]);
        table.Do(new PublishingFailed(FarmTable.IdOf("job/0"), 1, "the folder is read-only"));
        Assert.Equal(1, table.State.Job(job.Id).Counts.Failed);

        table.Do(new RetryJob(job.Id));

        Assert.Single(table.Assigned());
        Assert.Equal([1, 1], table.Effects.OfType<Publish>().Select(publish => publish.Attempt));
        table.Publish(table.Assigned()[0]);
        Assert.Equal((JobStatus.Done, 1, 0), (table.State.Job(job.Id).Status, table.State.Job(job.Id).Counts.Finished, table.State.Job(job.Id).Counts.Failed));
    }

    [Fact]
    public void A_fault_is_named_by_the_picture_that_has_it_and_forgotten_when_its_cell_is_tried_again()
    {
        var (table, job) = (new FarmTable(), FarmTable.Job());
        var style = new StyleInput(new InputRef("s", "/styles/broken.png", 1, 1), 1);
        table.Submit(job, FarmTable.Cell(0) with { Styles = [style] }, FarmTable.Cell(1));
        table.Hello("n1");

        table.Fail(table.Assigned()[0], 0, isTransient: false, "/styles/broken.png: is damaged or cut short");
        table.Fail(table.Assigned()[0], 1, isTransient: false, "the loss exploded");

        Assert.Equal([new FaultyInput("/styles/broken.png", "is damaged or cut short"), new FaultyInput(FarmTable.Cell(1).Content.Location, "the loss exploded")],
            table.State.Job(job.Id).Faults);
        table.CheckFold();

        table.Do(new RetryJob(job.Id));

        Assert.Empty(table.State.Job(job.Id).Faults);
        table.CheckFold();
    }

    [Fact]
    public void A_picture_that_is_gone_before_it_was_put_in_place_is_rendered_again()
    {
        var (table, job) = (new FarmTable(), FarmTable.Job());
        table.Submit(job, FarmTable.Cell(0));
        table.Hello("n1");
        table.Finish(table.Assigned()[0]);
        table.Do(new PublishingFailed(FarmTable.IdOf("job/0"), 1, "gone", IsLost: true));

        table.Do(new RetryJob(job.Id));

        Assert.Equal(2, table.Assigned()[1].Cells[0].Attempt);
    }

    [Fact]
    public void A_cell_that_breaks_the_engine_takes_no_other_down_with_it()
    {
        var (table, job) = (new FarmTable(), FarmTable.Job());
        table.Submit(job, FarmTable.Cell(0), FarmTable.Cell(1));
        table.Hello("n1");

        // Whoever is rendered with cell 0 fails with it.
        for (var shard = 0; shard < table.Assigned().Count; shard++)
        {
            var assigned = table.Assigned()[shard];
            var isBroken = assigned.Cells.Any(cell => cell.Cell.Index == 0);
            for (var cell = 0; cell < assigned.Cells.Length; cell++)
                if (isBroken) table.Fail(assigned, cell);
                else table.Finish(assigned, cell);
            if (!isBroken) table.Publish(assigned);
            for (var passed = 0; passed < 90; passed += 5)
            {
                table.Pass(5);
                table.Beat("n1", [.. table.Farm.Presence.Leases.Values.Select(live => live.Lease)]);
            }
        }

        var counts = table.State.Job(job.Id).Counts;
        Assert.Equal((JobStatus.Done, 1, 1), (table.State.Job(job.Id).Status, counts.Finished, counts.Failed));
        Assert.Equal(FarmTable.IdOf("job/0"), Assert.Single(table.State.Cells.Values).Spec.Id);
    }

    [Fact]
    public void A_node_dies_over_a_suspect_alone()
    {
        var (table, job) = (new FarmTable(), FarmTable.Job() with { ShardCells = 1 });
        table.Submit(job, FarmTable.Cell(0), FarmTable.Cell(1));

        // Cell 0 kills whoever begins with it, and cell 1 waits on the same node.
        var incarnation = 0;
        for (var beat = 0; beat < 30 && table.State.Job(job.Id).Status == JobStatus.Active; beat++)
        {
            table.Hello("n1", incarnation: $"{++incarnation}");
            if (table.Farm.Presence.Leases.Values.OrderBy(live => live.Lease.Shard.Number).FirstOrDefault() is not { } first) continue;
            var assigned = table.Assigned().Last(shard => shard.Lease == first.Lease);
            if (assigned.Cells[0].Cell.Index == 0) continue;
            table.Finish(assigned);
            table.Publish(assigned);
        }

        var counts = table.State.Job(job.Id).Counts;
        Assert.Equal((JobStatus.Done, 1, 1), (table.State.Job(job.Id).Status, counts.Finished, counts.Failed));
    }

    [Fact]
    public void The_last_page_of_an_earlier_scan_does_not_end_the_present_one()
    {
        var (table, job) = (new FarmTable(), FarmTable.Job());
        table.Do(new SubmitJob(job));
        table.Read(job, isLast: false, FarmTable.Cell(0));
        var earlier = table.Farm.Presence.Scans[job.Id];

        // Submitted again while the last page is on its way.
        table.Do(new SubmitJob(job));
        table.Do(new PageRead(job.Id, earlier, new CellPage { Cells = [FarmTable.Cell(1)], IsLast = true }));
        table.Do(new SourceBroken(job.Id, earlier, "closed"));

        Assert.Equal((JobStatus.Active, false), (table.State.Job(job.Id).Status, table.State.Job(job.Id).IsSourceRead));
        Assert.True(table.State.Cells.ContainsKey(FarmTable.IdOf("job/0")));
    }

    [Fact]
    public void A_page_that_was_read_before_a_result_stood_there_is_read_again()
    {
        var (table, job) = (new FarmTable(), FarmTable.Job());
        table.Submit(job, FarmTable.Cell(0), FarmTable.Cell(1));
        table.Hello("n1");

        // A new scan looks at the store; then a cell is finished, and forgotten; then the page comes.
        table.Do(new SubmitJob(job));
        var scan = table.Farm.Presence.Scans[job.Id];
        table.Finish(table.Assigned()[0]);
        table.Publish(table.Assigned()[0]);
        table.Read(job, isLast: true, FarmTable.Cell(0), FarmTable.Cell(1));

        Assert.NotEqual(scan, table.Farm.Presence.Scans[job.Id]);
        Assert.DoesNotContain(FarmTable.IdOf("job/0"), table.State.Cells.Keys);
    }

    [Fact]
    public void Who_asks_for_a_cell_while_its_result_is_put_in_place_gets_it_too()
    {
        var (table, first, second) = (new FarmTable(), FarmTable.Job("first"), FarmTable.Job("second"));
        table.Submit(first, FarmTable.Cell(0));
        table.Hello("n1");
        table.Finish(table.Assigned()[0]);
        var before = table.Effects.OfType<Publish>().Single();

        table.Submit(second, FarmTable.Cell(0) with { Output = "other.png" });
        table.Do(new ResultPublished(before));
        var after = table.Effects.OfType<Publish>().Last();

        Assert.All(new[] { first, second }, job => Assert.Equal(JobStatus.Active, table.State.Job(job.Id).Status));
        Assert.Equal([first.Id, second.Id], after.Claims.Select(claim => claim.Job.Id));
        table.Do(new ResultPublished(after));
        Assert.All(new[] { first, second }, job => Assert.Equal(JobStatus.Done, table.State.Job(job.Id).Status));
    }

    [Fact]
    public void A_cell_of_two_jobs_that_is_tried_again_is_open_in_both()
    {
        var table = new FarmTable();
        var (first, second) = (FarmTable.Job("first"), FarmTable.Job("second"));
        table.Submit(first, FarmTable.Cell(0));
        table.Hello("n1");
        table.Fail(table.Assigned()[0], isTransient: false);
        table.Submit(second, FarmTable.Cell(0) with { Output = "other.png" });
        Assert.All(new[] { first, second }, job => Assert.Equal((JobStatus.Done, 1), (table.State.Job(job.Id).Status, table.State.Job(job.Id).Counts.Failed)));

        table.Do(new RetryJob(second.Id));

        Assert.All(new[] { first, second }, job => Assert.Equal((JobStatus.Active, 1, 0),
            (table.State.Job(job.Id).Status, table.State.Job(job.Id).Counts.Open, table.State.Job(job.Id).Counts.Failed)));
        table.FinishAll(table.Assigned()[1]);
        Assert.All(new[] { first, second }, job => Assert.Equal((JobStatus.Done, 1), (table.State.Job(job.Id).Status, table.State.Job(job.Id).Counts.Finished)));
    }
}
