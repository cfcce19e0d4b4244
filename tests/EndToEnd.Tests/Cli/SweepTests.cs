namespace StyleFarm.EndToEnd.Tests.Cli;

public sealed class SweepTests : IDisposable
{
    readonly Studio _studio = new();

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task A_grid_is_rendered_compared_and_its_best_is_rendered_larger()
    {
        File.WriteAllText(_studio["grid.yaml"],
            """
            content: content.png
            style: style.png
            recipe: d2l
            size: 32
            steps: 6
            parameters: {style_weight: [100, 10000], tv_weight: [0, 10]}
            """);

        var run = (await SweepAsync("--promote", "1", "--size", "64", "--json")).Succeeds();

        Assert.Equal(4, Directory.GetFiles(_studio["grid/pictures"], "*.png").Length);
        Assert.Equal("64x48", _studio.SizeOf(Path.GetRelativePath(_studio.Path, Assert.Single(Directory.GetFiles(_studio["grid/promoted"], "0001_from-*.png")))));
        Assert.Equal(5, File.ReadLines(_studio["grid/report/cells.csv"]).Count());
        var finished = run.EventsOf("cell").ToList();
        Assert.Equal(5, finished.Count);
        Assert.All(finished, cell => Assert.InRange((double)cell["score"]!["balanced"]!, 0, 1.5));
        Assert.Equal(2, run.EventsOf("result").Count());
        Assert.True(File.Exists((string?)run.EventsOf("result").First()["report"]));

        var again = (await SweepAsync("--promote", "1", "--size", "64", "--json")).Succeeds();
        Assert.Empty(again.EventsOf("cell"));
        Assert.Equal([4, 1], again.EventsOf("result").Select(result => (int)result["earlier"]!));
    }

    [Fact]
    public async Task A_sweep_with_a_slip_of_the_pen_is_refused()
    {
        File.WriteAllText(_studio["grid.yaml"], "content: contnet.png\nstyle: style.png\n");

        (await SweepAsync()).IsRefused("grid.yaml: line 1: content: found contnet.png", "no such file");
    }

    Task<CliResult> SweepAsync(params string[] options) =>
        _studio.RunAsync(["sweep", "grid.yaml", "--out", "grid", "--weights", "seeded:1", "--threads", "1", "--state", "state", .. options]);
}
