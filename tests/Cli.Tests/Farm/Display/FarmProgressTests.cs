using StyleFarm.Cli.Farm.Display;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Tests.Farm.Display;

public sealed class FarmProgressTests
{
    readonly SteppedClock _clock = new();
    readonly FarmProgress _progress;

    public FarmProgressTests() => _progress = new FarmProgress(Story.Job.Id, _clock);

    [Fact]
    public void Pictures_and_steps_are_counted()
    {
        var (a, b) = (Story.Cell(1), Story.Cell(2, steps: 50));
        _progress.Apply(Story.Found(isLast: false, earlier: 3, faults: [new FaultyInput("x", "bad")], a, b));
        _progress.Apply(Story.Losses(a, 9));
        _progress.Apply(Story.Accepted(b));
        Assert.Equal(b, _progress.Apply(Story.Published(b)));

        var view = _progress.View();

        Assert.Equal((5, 3, 1, 0, 1), (view.Found, view.Earlier, view.Finished, view.Failed, view.Faulty));
        Assert.Equal((60, 150), (view.StepsDone, view.Steps));
        Assert.False(view.IsAllFound);
        Assert.Equal(1, view.Waiting);
        Assert.Equal("2.png", view.LastOutput);
        // Three of five were there; of the work of the other two, 60 of 150 parts are done.
        Assert.Equal((3 + 2 * 0.4) / 5, view.Fraction, 12);
    }

    [Fact]
    public void What_is_tried_again_is_no_failure_until_it_fails_again()
    {
        var (a, b) = (Story.Cell(1), Story.Cell(2));
        _progress.Apply(Story.Found(isLast: true, cells: [a, b]));
        Assert.Equal(a, _progress.Apply(new CellGaveUp(a.Id, "it diverged")));
        Assert.Equal(b, _progress.Apply(new CellDropped(b.Id)));

        _progress.Apply(new CellsRetried(Story.Job.Id, [a.Id, b.Id]));

        Assert.Equal((0, 0, 200), (_progress.View().Failed, _progress.View().Stopped, _progress.View().Steps));
        Assert.Equal(a, _progress.Apply(Story.Published(a)));
        Assert.Equal(b, _progress.Apply(new CellGaveUp(b.Id, "it diverged")));
        Assert.Equal((1, 1), (_progress.View().Finished, _progress.View().Failed));
    }

    [Fact]
    public void Throughput_and_time_left_are_measured_over_the_last_minute()
    {
        var cell = Story.Cell(1, steps: 1000, pixels: 500);
        _progress.Apply(Story.Found(isLast: true, cells: cell));
        Assert.Null(_progress.View().Left);
        for (var step = 0; step < 200; step++)
        {
            _progress.Apply(Story.Losses(cell, step));
            _clock.Forward(0.5);
        }

        var view = _progress.View();
        Assert.Equal(2, view.StepsPerSecond!.Value, 0.05);
        Assert.Equal(400, view.Left!.Value.TotalSeconds, 10.0);

        for (var step = 200; step < 400; step++)
        {
            _progress.Apply(Story.Losses(cell, step));
            _clock.Forward(1);
        }

        Assert.Equal(1, _progress.View().StepsPerSecond!.Value, 0.05);
    }

    [Fact]
    public void What_a_cell_brought_along_is_done_but_no_work_of_this_run()
    {
        var cell = Story.Cell(1, steps: 1000);
        _progress.Apply(Story.Found(isLast: true, cells: cell));
        _progress.Apply(Story.Losses(cell, 499));
        _clock.Forward(10);
        for (var step = 500; step < 520; step++, _clock.Forward(1)) _progress.Apply(Story.Losses(cell, step));

        var view = _progress.View();
        Assert.Equal(520, view.StepsDone);
        Assert.InRange(view.StepsPerSecond!.Value, 0.5, 1.1);
    }

    [Fact]
    public void Words_that_come_late_or_twice_change_nothing()
    {
        var cell = Story.Cell(1);
        _progress.Apply(Story.Found(isLast: true, cells: cell));
        _progress.Apply(Story.Losses(cell, 49));
        _progress.Apply(Story.Losses(cell, 20));
        _progress.Apply(new CellProgress { Lease = new Lease(new ShardId(1), Story.Node, 1), Cell = cell.Id, Attempt = 1, Step = 25 });
        Assert.Equal(50, _progress.View().StepsDone);

        _progress.Apply(Story.Accepted(cell));
        Assert.Equal(cell, _progress.Apply(Story.Published(cell)));
        Assert.Null(_progress.Apply(Story.Published(cell)));
        _progress.Apply(Story.Losses(cell, 99));

        Assert.Equal((1, 100, 100), (_progress.View().Finished, _progress.View().StepsDone, _progress.View().Steps));
    }

    [Fact]
    public void Cells_of_other_jobs_are_none_of_its_business()
    {
        _progress.Apply(new CellsFound(new JobId("another"), new CellPage { Cells = [Story.Cell(1)], EarlierCount = 5 }));
        _progress.Apply(Story.Published(Story.Cell(1)));

        Assert.Equal((0, 0), (_progress.View().Found, _progress.View().Finished));
    }

    [Fact]
    public void A_stopped_cell_leaves_its_steps_undone()
    {
        var (a, b) = (Story.Cell(1), Story.Cell(2));
        _progress.Apply(Story.Found(isLast: true, cells: [a, b]));
        _progress.Apply(new CellHalted(a.Id, 1, 30, StopReason.Rung, null, null));
        Assert.Equal(a, _progress.Apply(new CellDropped(a.Id)));
        Assert.Equal(b, _progress.Apply(new CellGaveUp(b.Id, "why")));

        var view = _progress.View();
        Assert.Equal((1, 1, 0), (view.Stopped, view.Failed, view.Waiting));
        Assert.Equal((30, 30, 1.0), (view.StepsDone, view.Steps, view.Fraction));
    }

    [Fact]
    public void A_copy_counts_for_each_of_its_places()
    {
        var cell = Story.Cell(1);
        _progress.Apply(Story.Found(isLast: true, cells: [cell, cell with { Output = "copy.png" }]));
        _progress.Apply(Story.Accepted(cell));
        _progress.Apply(Story.Published(cell));

        Assert.Equal((2, 2, 100), (_progress.View().Found, _progress.View().Finished, _progress.View().Steps));
    }

    [Fact]
    public void A_new_scan_counts_anew_and_keeps_what_is_in_flight()
    {
        var cell = Story.Cell(1);
        _progress.Apply(Story.Found(isLast: true, earlier: 4, cells: cell));
        _progress.Apply(Story.Losses(cell, 49));
        _progress.Apply(new JobScanBegan(Story.Job.Id));
        Assert.Equal((0, 0), (_progress.View().Found, _progress.View().Earlier));

        _progress.Apply(Story.Found(isLast: true, earlier: 5, cells: cell));
        _progress.Apply(Story.Accepted(cell));
        _progress.Apply(Story.Published(cell));

        Assert.Equal((6, 5, 1, 100),
            (_progress.View().Found, _progress.View().Earlier, _progress.View().Finished, _progress.View().StepsDone));
    }

    [Fact]
    public void The_further_of_what_was_told_and_what_was_seen_counts()
    {
        var (a, b) = (Story.Cell(1), Story.Cell(2));
        _progress.Apply(Story.Found(isLast: true, cells: [a, b]));
        _progress.Apply(Story.Glance(found: 2, finished: 1, rendering: 5, left: 2000, pace: 3000,
            waits: [(WaitReason.NodesBusy, 1), (WaitReason.AtRung, 7)]));
        var seen = _progress.View();
        Assert.Equal((1, 1), (seen.Finished, seen.Rendering));
        Assert.Equal([("compared at a rung", 7), ("nodes busy", 1)], seen.Waits);
        Assert.Equal(new NodeView("local", 5, 3), Assert.Single(seen.Nodes));

        _progress.Apply(Story.Accepted(a));
        _progress.Apply(Story.Published(a));
        _progress.Apply(Story.Accepted(b));
        _progress.Apply(Story.Published(b));

        Assert.Equal(2, _progress.View().Finished);
    }

    [Fact]
    public void With_lbfgs_a_step_is_done_when_the_next_one_begins()
    {
        var cell = Story.Cell(1, steps: 10);
        _progress.Apply(Story.Found(isLast: true, cells: cell));
        _progress.Apply(Story.Losses(cell, 3, evaluation: 7));

        Assert.Equal(3, _progress.View().StepsDone);
    }

    [Fact]
    public void Every_reason_to_wait_has_its_words()
    {
        var words = Enum.GetValues<WaitReason>().Where(reason => reason != WaitReason.None).Select(WaitText.Of).ToList();

        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.DoesNotContain(WaitText.Of(WaitReason.None), words);
    }
}
