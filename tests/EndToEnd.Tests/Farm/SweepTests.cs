using System.Globalization;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>`stylefarm sweep` and `stylefarm report`, as a user runs them.</summary>
public sealed class SweepTests : IDisposable
{
    readonly FarmStudio _studio = new();

    public void Dispose() => _studio.Dispose();

    [Theory]
    [InlineData("style: [style.png", "grid.yaml: line ", "not YAML: ")]
    [InlineData("style: [style.png]\nparamters: {}", "grid.yaml: line 6: paramters: unknown field", "(did you mean 'parameters'?)")]
    [InlineData("style: [style.png]\nparameters:\n  tv_weight: {range: [10, 1, 1]}", "line 7: parameters.tv_weight.range.2", "a step of 1")]
    [InlineData("style: [style.png]\nparameters:\n  style_weight: {log: [0, 10, 3]}", "line 7: parameters.style_weight.log.0", "above 0")]
    [InlineData("style: [style.png]\nparameters:\n  tv_weight: []", "line 7: parameters.tv_weight: found an empty list", "expected a list")]
    [InlineData("style: [style.png]\nseeds: 0", "line 6: seeds: found 0", "from 1")]
    [InlineData("style: []", "line 5: style: found an empty list", "")]
    [InlineData("style: [gone.png]", "grid.yaml: line 5: style.0: found gone.png, expected a picture: no such file", "check the path")]
    [InlineData("style: [style.png]\nseeds: 1\nparameters:\n  tv_weight: [0, 1, 2, 3, 4]", "5 cells, over the limit of 4", "--max-cells 5")]
    public async Task A_sweep_that_cannot_be_is_refused_by_line_and_key(string lines, string fault, string remedy)
    {
        _studio.WithSweep(lines.Split('\n'));

        (await _studio.RunAsync(FarmStudio.Sweep("--max-cells", "4"))).IsRefused(fault, remedy);

        Assert.False(Directory.Exists(_studio["out"]));
    }

    [Fact]
    public async Task Early_stopping_the_report_and_the_best_again_larger()
    {
        _studio.WithSweep("name: grid", "style: [style.png]", "parameters:", "  style_weight: [10, 1000, 100000, 1000000]",
            "stop: {asha: {first: 4, factor: 2, keep: 0.34}}");

        var first = (await _studio.RunAsync(FarmStudio.Sweep())).Succeeds();

        var finished = first.EventsOf("cell").Where(cell => (string?)cell["state"] == "finished");
        Assert.All(finished, cell => Assert.InRange((double)cell["score"]!["balanced"]!, 0, 1.5));
        var counts = FarmStudio.Counts(first);
        Assert.Equal(4, counts.Finished + counts.Stopped);
        Assert.InRange(counts.Stopped, 1, 3);
        var stopped = _studio.Cells().Where(cell => !File.Exists(Path.Combine(cell, "result.json"))).ToList();
        Assert.Equal(counts.Stopped, stopped.Count);
        Assert.All(stopped, cell => Assert.NotEmpty(Directory.GetFiles(Path.Combine(cell, "checkpoints"), "*.safetensors")));
        var rows = Rows("out/report/cells.csv");
        Assert.Equal(_studio.Cells().Select(Path.GetFileName).Order(), rows.Select(row => row[0]).Order());
        Assert.Equal(counts.Stopped, rows.Count(row => row[1] == "stopped"));
        Assert.Equal(counts.Finished, rows.Count(row => row[1] == "finished"));
        Assert.Contains("<html", File.ReadAllText(_studio["out/report/index.html"]));
        Assert.Equal(counts.Finished, _studio.Files("out/pictures", "*.png").Length);

        var finishes = _studio.Finishes();
        var again = (await _studio.RunAsync(FarmStudio.Sweep())).Succeeds();
        Assert.Empty(again.EventsOf("losses"));
        Assert.Empty(FarmStudio.FinishedIn(again.Output));
        Assert.Equal(finishes, _studio.Finishes());

        var job = (string)first.EventsOf("start").Single()["job"]!;
        (await _studio.RunAsync("report", job, "--out", "elsewhere", "--state", "state")).Succeeds();
        Assert.Equal(rows.Select(row => (row[0], row[1])), Rows("elsewhere/cells.csv").Select(row => (row[0], row[1])));

        var promoted = (await _studio.RunAsync(FarmStudio.Sweep("--promote", "1", "--size", "40"))).Succeeds();
        var large = Assert.Single(_studio.Files("out/promoted", "*.png"));
        Assert.Equal(40, ImageFile.Probe(_studio[$"out/promoted/{large}"]).Size.Width);
        Assert.Single(FarmStudio.FinishedIn(promoted.Output));
        Assert.Equal(2, Directory.GetFiles(_studio["out"], "cells.csv", SearchOption.AllDirectories).Length);

        var promotedAgain = (await _studio.RunAsync(FarmStudio.Sweep("--promote", "1", "--size", "40"))).Succeeds();
        Assert.Empty(promotedAgain.EventsOf("cell"));
        Assert.Equal(1, FarmStudio.Counts(promotedAgain).Earlier);
    }

    [Fact]
    public async Task What_stylize_has_finished_is_compared_too()
    {
        (await _studio.RunAsync("stylize", "content.png", "style.png", "-o", "one.png", "--recipe", "d2l", "--size", "32", "--steps", "12",
            "--weights", "seeded:1", "--threads", "1", "--state", "state")).Succeeds();
        _studio.WithSweep("style: [style.png]", "parameters:", $"  style_weight: [{RecipePresets.Get("d2l").StyleWeight}, 17]");

        var run = (await _studio.RunAsync(FarmStudio.Sweep())).Succeeds();

        Assert.Equal((1, 1, 0, 0, 0), FarmStudio.Counts(run));
        var scores = Rows("out/report/cells.csv").Select(row => double.Parse(row[ScoreColumn], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(2, scores.Count);
        Assert.All(scores, score => Assert.InRange(score, 0, 1.5));
        Assert.NotEqual(scores[0], scores[1]);
    }

    [Fact]
    public async Task A_style_that_cannot_be_decoded_costs_its_own_cells_only()
    {
        _studio.Write("broken.png", ImageFile.Encode(Pictures.Noise(90, 90), ".png")[..3000]);
        _studio.WithSweep("style: [style.png, broken.png]");

        var run = await _studio.RunAsync(FarmStudio.Sweep("--checkpoint-every", "0"));

        Assert.Equal(1, run.Code);
        var fault = Assert.Single(run.EventsOf("result").Single()["faults"]!.AsArray())!;
        Assert.Equal(_studio["broken.png"], (string?)fault["input"]);
        Assert.Contains("damaged or cut short", (string?)fault["reason"]);
        Assert.Equal((1, 0, 0, 1, 0), FarmStudio.Counts(run));
        Assert.Single(_studio.Files("out/pictures", "*.png"));
        Assert.Equal(["failed", "finished"], Rows("out/report/cells.csv").Select(row => row[1]).Order());
    }

    int ScoreColumn => Array.IndexOf(File.ReadLines(_studio["out/report/cells.csv"]).First().Split(','), "score");

    /// <summary>The fields of the rows of a table, without its header; none of them needs quotes here.</summary>
    List<string[]> Rows(string path) => [.. File.ReadLines(_studio[path]).Skip(1).Select(line => line.Split(','))];
}
