using System.Text.Json.Nodes;
using Spectre.Console;
using StyleFarm.Cli.Farm.Display;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Tests.Farm.Display;

public sealed class FarmDisplayTests : IDisposable
{
    readonly SteppedClock _clock = new();
    readonly StringWriter _output = new() { NewLine = "\n" };
    readonly StringWriter _errors = new() { NewLine = "\n" };

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
    }

    string[] Output => _output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void A_line_says_how_far_it_is_and_guesses_begin_with_a_tilde()
    {
        var view = new FarmView { Found = 1200, Earlier = 100, Finished = 15, Failed = 1, Faulty = 2, Rendering = 8, StepsDone = 4120,
            Steps = 71000, StepsPerSecond = 31.2, Left = TimeSpan.FromMinutes(35) };

        Assert.Equal("116 of 1,200+ pictures  step 4,120/71,000  31.2 steps/s  ~35:00 left at least  1 failed  2 not usable",
            FarmScreen.Line(view));
        Assert.Equal("116 of 1,200 pictures  step 4,120/71,000  31.2 steps/s  ~35:00 left  1 failed  2 not usable",
            FarmScreen.Line(view with { IsAllFound = true }));
        Assert.Equal("0 of 3 pictures", FarmScreen.Line(new FarmView { Found = 3, IsAllFound = true }));
    }

    [Fact]
    public void The_screen_shows_nodes_waits_and_the_newest_picture_within_its_width()
    {
        var view = new FarmView
        {
            Found = 200, IsAllFound = true, Finished = 104, Earlier = 12, Rendering = 8, StepsDone = 10, Steps = 20, Fraction = 0.58,
            StepsPerSecond = 31,
            Left = TimeSpan.FromSeconds(760), LastOutput = "2024/bridge.png",
            Nodes = [new NodeView("a", 8, 31), new NodeView("b", 0, null)],
            Waits = [("nodes busy", 70), ("tried again later", 6)],
        };

        var lines = FarmScreen.Lines(view, 100).ToList();

        Assert.Equal(6, lines.Count);
        Assert.Equal("█████████████░░░░░░░░░░░  58 %  116 of 200 pictures  ~12:40 left", lines[0]);
        Assert.Equal("step 10/20  31 steps/s  104 finished  12 before  8 rendering  76 waiting", lines[1]);
        Assert.Equal("node     a  8 together  31 steps/s", lines[2]);
        Assert.Equal("node     b  idle", lines[3]);
        Assert.Equal("waiting  70 nodes busy, 6 tried again later", lines[4]);
        Assert.Equal("newest   2024/bridge.png", lines[5]);
        Assert.All(FarmScreen.Lines(view, 30), line => Assert.InRange(line.Length, 0, 30));
        var many = view with { Nodes = [.. Enumerable.Range(0, 40).Select(i => new NodeView($"n{i}", 1, 1))] };
        Assert.Contains("and 28 nodes more", FarmScreen.Lines(many, 100));
    }

    [Fact]
    public async Task Plain_lines_come_every_five_seconds_and_at_the_end()
    {
        var display = new PlainFarmDisplay(_output, _errors, _clock);
        var (a, b) = (Story.Cell(1), Story.Cell(2));

        await display.ShowAsync(Story.Job, () =>
        {
            display.Decided(Story.Found(isLast: true, cells: [a, b]));
            for (var step = 0; step < 100; step++, _clock.Forward(0.1)) display.Losses(Story.Losses(a, step));
            display.Decided(Story.Accepted(a));
            display.Decided(Story.Published(a));
            display.Decided(new CellGaveUp(b.Id, "it diverged"));
            return Task.FromResult(0);
        });

        Assert.Equal(["0 of 2 pictures  step 0/200", "0 of 2 pictures  step 51/200  10 steps/s  ~0:14 left"], Output.Take(2));
        Assert.StartsWith("0 of 2 pictures  step 100/200", Output[2], StringComparison.Ordinal);
        Assert.Equal("2 of 2 pictures  step 100/100  1 failed", Output[^1]);
        Assert.Equal(4, Output.Length);
        Assert.Equal("stylefarm: warning: 2.png: it diverged\n", _errors.ToString());
    }

    [Fact]
    public void The_end_names_what_failed()
    {
        new PlainFarmDisplay(_output, _errors, _clock).Finished(Summary());

        Assert.Equal(["/painted: 12 pictures rendered, 3 finished before, 1 failed, 2 photos not usable, in 1:05"], Output);
        Assert.Equal("  p/a.jpg: is empty\n  p/b.jpg: is damaged\n  p/c.png: it diverged\n", _errors.ToString());
    }

    [Fact]
    public void One_fault_of_many_cells_is_named_once()
    {
        var fault = new FaultyInput("style.jpg", "is damaged");
        new PlainFarmDisplay(_output, _errors, _clock).Finished(Summary() with { Faulty = 0, Failed = 4, Faults = [fault, fault, fault] });

        Assert.Equal("  style.jpg: is damaged (3 times)\n  and 1 more\n", _errors.ToString());
    }

    [Fact]
    public void A_job_that_was_cancelled_has_not_gone_well()
    {
        var summary = Summary() with { Faulty = 0, Failed = 0, Faults = [], Open = 7 };

        Assert.Equal(1, summary.ExitCode);
        Assert.Contains("7 not rendered because the job was cancelled", summary.ToString());
    }

    [Fact]
    public void Of_very_many_failures_some_are_named()
    {
        var summary = Summary() with { Faulty = 1000, Failed = 0,
            Faults = [.. Enumerable.Range(0, 900).Select(i => new FaultyInput($"{i}", "bad"))] };

        new PlainFarmDisplay(_output, _errors, _clock).Finished(summary);

        var lines = _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(51, lines.Length);
        Assert.Equal("  and 950 more", lines[^1]);
    }

    [Fact]
    public void The_exit_code_follows_from_the_counts()
    {
        Assert.Equal(CommandLine.SomeFailed, Summary().ExitCode);
        Assert.Equal(CommandLine.SomeFailed, (Summary() with { Failed = 0 }).ExitCode);
        Assert.Equal(CommandLine.Done, (Summary() with { Failed = 0, Faulty = 0 }).ExitCode);
    }

    [Fact]
    public async Task Json_tells_every_event_in_a_line()
    {
        var display = new JsonFarmDisplay(_output, _clock);
        var (a, b) = (Story.Cell(1), Story.Cell(2));

        await display.ShowAsync(Story.Job, () =>
        {
            display.Notice("a remark");
            display.Warn("a warning");
            display.Decided(Story.Found(isLast: true, earlier: 4, faults: [new FaultyInput("p/x.jpg", "is empty")], a, b));
            _clock.Forward(2);
            display.Losses(Story.Losses(a, 0));
            _clock.Forward(2);
            display.Glanced(Story.Glance(found: 6, rendering: 2, waits: [(WaitReason.NodesBusy, 1)]));
            display.Decided(Story.Accepted(a));
            display.Decided(Story.Published(a));
            display.Decided(new CellGaveUp(b.Id, "it diverged"));
            return Task.FromResult(0);
        });
        display.Finished(Summary());

        var events = Output.Select(line => JsonNode.Parse(line)!.AsObject()).ToList();
        Assert.Equal(["start", "notice", "warning", "faulty", "found", "losses", "cell", "cell", "result"],
            events.Select(line => (string?)line["event"]).Where(kind => kind != "progress"));
        var progress = events.Where(line => (string?)line["event"] == "progress").ToList();
        Assert.Equal([4, 6],
            new[] { progress[0], progress[^1] }.Select(line => (int)line["earlier"]! + (int)line["finished"]! + (int)line["failed"]!));
        var cells = events.Where(line => (string?)line["event"] == "cell").ToList();
        Assert.Equal("""{"event":"cell","cell":"00000000000000000000000000000001","index":1,"state":"finished","content":"/p/1.jpg","output":"1.png","steps":100,"losses":{"content":1,"style":2,"tv":0.5,"total":3.5},"score":{"content":0.25,"style":0.75,"balanced":0.5},"seconds":4.5,"node":"local"}""", cells[0].ToJsonString());
        Assert.Equal(("failed", "it diverged"), ((string?)cells[1]["state"], (string?)cells[1]["reason"]));
        Assert.Equal(3, events[^1]["faults"]!.AsArray().Count);
        Assert.Equal((12, 65.0), ((int)events[^1]["finished"]!, (double)events[^1]["seconds"]!));
    }

    [Fact]
    public async Task Json_says_nothing_twice_while_nothing_changes()
    {
        var display = new JsonFarmDisplay(_output, _clock);

        await display.ShowAsync(Story.Job, () =>
        {
            display.Decided(Story.Found(isLast: true, cells: Story.Cell(1)));
            for (var i = 0; i < 20; i++, _clock.Forward(2)) display.Glanced(Story.Glance(found: 1));
            return Task.FromResult(0);
        });

        Assert.Single(Output, line => line.Contains("\"event\":\"progress\"", StringComparison.Ordinal));
    }

    [Fact]
    public void An_estimate_is_a_line_or_an_event()
    {
        var estimate = new FarmEstimate(1200, 3, 1, 5e9, TimeSpan.FromSeconds(3700.2), "on cpu, by 3 steps measured at 128x128");

        new PlainFarmDisplay(_output, _errors, _clock).Estimated(estimate);
        new JsonFarmDisplay(_output, _clock).Estimated(estimate);

        Assert.Equal(
            "1,200 pictures to render, 3 finished before, 1 inputs that cannot be used; ~1:01:41 on cpu, by 3 steps measured at 128x128",
            Output[0]);
        Assert.Equal((1200, 3700.2), ((int)JsonNode.Parse(Output[1])!["cells"]!, (double)JsonNode.Parse(Output[1])!["seconds"]!));
    }

    [Fact]
    public async Task A_terminal_sees_the_screen_and_remarks_with_brackets_are_just_text()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, Out = new AnsiConsoleOutput(_output),
            Interactive = InteractionSupport.Yes });
        console.Profile.Width = 80;
        var display = new LiveFarmDisplay(console, _clock);
        var cell = Story.Cell(1, output: "[red]name[/].png");

        var result = await display.ShowAsync(Story.Job, () =>
        {
            display.Notice("weights [seeded]");
            display.Decided(Story.Found(isLast: true, cells: cell));
            _clock.Forward(1);
            display.Losses(Story.Losses(cell, 49));
            display.Decided(Story.Accepted(cell));
            display.Decided(Story.Published(cell));
            return Task.FromResult(42);
        });
        display.Finished(Summary());

        Assert.Equal(42, result);
        Assert.Contains("weights [seeded]", _output.ToString());
        Assert.Contains("1 of 1 pictures", _output.ToString());
        Assert.Contains("newest   [red]name[/].png", _output.ToString());
        Assert.Contains("p/c.png: it diverged", _output.ToString());
    }

    [Fact]
    public async Task What_the_work_throws_goes_on_and_the_display_ends()
    {
        var display = new PlainFarmDisplay(_output, _errors, _clock);

        await Assert.ThrowsAsync<OperationCanceledException>(() => display.ShowAsync<int>(Story.Job, () =>
        {
            display.Decided(Story.Found(isLast: false, cells: Story.Cell(1)));
            throw new OperationCanceledException();
        }));

        display.Decided(Story.Published(Story.Cell(1)));
        Assert.Equal("0 of 1+ pictures  step 0/100", Assert.Single(Output));
    }

    static FarmSummary Summary() => new()
    {
        Job = Story.Job,
        Finished = 12,
        Earlier = 3,
        Failed = 1,
        Faulty = 2,
        Faults =
            [new FaultyInput("p/a.jpg", "is empty"), new FaultyInput("p/b.jpg", "is damaged"), new FaultyInput("p/c.png", "it diverged")],
        Elapsed = TimeSpan.FromSeconds(65),
        Folder = "/painted",
    };
}
