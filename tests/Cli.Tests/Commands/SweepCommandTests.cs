using System.CommandLine;
using StyleFarm.Cli.Commands;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;
using StyleFarm.TestKit;

namespace StyleFarm.Cli.Tests.Commands;

public sealed class SweepCommandTests : IDisposable
{
    const string Grid =
        """
        name: starry-grid
        content: [photo.jpg]
        style: [styles/starry.jpg, wave.jpg]
        recipe: d2l
        parameters:
          style_weight: {log: [1.0e3, 1.0e5, 3]}
        size: 64
        steps: 90
        stop: {asha: {first: 30, factor: 3, keep: 0.34}}
        """;

    readonly TempFolder _folder = new();

    public SweepCommandTests()
    {
        foreach (var name in new[] { "sweeps/photo.jpg", "sweeps/styles/starry.jpg", "wave.jpg" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "not looked into");
        }

        File.WriteAllText(_folder["sweeps/grid.yaml"], Grid);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sweep_becomes_a_job_that_is_compared()
    {
        var request = Read("sweeps/grid.yaml", "--out", "grid");

        Assert.Equal(6, SweepPlan.Of(request.Cells.Sweep).Count);
        Assert.Equal([_folder["sweeps"], _folder.Path], request.Cells.Folders);
        var job = request.ToJob("w");
        Assert.Equal((JobKind.Sweep, "starry-grid", "d2l", true), (job.Kind, job.Name, job.RecipeName, job.IsScored));
        Assert.Equal(new AshaRule(30, 3, 0.34), job.Rungs);
        Assert.Equal((90, RecipeSize.Of(64)), (job.Recipe.Steps, job.Recipe.Size!.Value));
        Assert.StartsWith("starry-grid-", job.Id.ToString());
        Assert.Equal(job.Id, Read("sweeps/grid.yaml", "--out", "grid", "--threads", "1").ToJob("w").Id);
        Assert.NotEqual(job.Id, Read("sweeps/grid.yaml", "--out", "elsewhere").ToJob("w").Id);
    }

    [Fact]
    public void The_best_are_another_job_at_their_size()
    {
        var request = Read("sweeps/grid.yaml", "--out", "grid", "--promote", "2", "--size", "256");

        var job = request.ToPromotion([new(0, 0.9), new(3, 0.2), new(5, 0.4), new(1, double.NaN)], "w")!;

        Assert.Null(job.Rungs);
        Assert.NotEqual(request.ToJob("w").Id, job.Id);
        var points = StyleFarm.Cli.Farm.Sweeps.SweepCells.FromJson(job.Source).Points().ToList();
        Assert.Equal([3, 5], points.Select(point => point.PromotedFrom!.Value));
        Assert.All(points, point => Assert.Equal(RecipeSize.Of(256), point.Recipe.Size!.Value));
        Assert.Null(request.ToPromotion([new(1, double.NaN)], "w"));
        Assert.Null(Read("sweeps/grid.yaml", "--out", "grid").ToPromotion([new(3, 0.2)], "w"));
    }

    [Theory]
    [InlineData("gone.yaml --out grid", "gone.yaml: no such file")]
    [InlineData("sweeps --out grid", "sweeps: a folder, expected a .yaml or .json file")]
    [InlineData("empty.yaml --out grid", "empty.yaml: the file is empty; `stylefarm sweep --help`")]
    [InlineData("broken.yaml --out grid", "broken.yaml: line ")]
    [InlineData("unknown.yaml --out grid", "(did you mean 'content'?)")]
    [InlineData("missing.yaml --out grid", "missing.yaml: line 1: content: found gone.jpg, expected a picture: no such file in")]
    [InlineData("sweeps/grid.yaml --out s3://b", "--out s3://b: pictures are written to folders")]
    [InlineData("sweeps/grid.yaml --out grid --max-cells 5", "the sweep has 6 cells, over the limit of 5")]
    [InlineData("sweeps/grid.yaml --out grid --size 128", "--size is for the best cells")]
    [InlineData("sweeps/grid.yaml --out grid --promote 2", "--promote 2: give the size")]
    public void What_cannot_work_is_refused_at_once(string arguments, string what)
    {
        File.WriteAllText(_folder["empty.yaml"], "\n");
        File.WriteAllText(_folder["broken.yaml"], "content: [a.jpg\nstyle");
        File.WriteAllText(_folder["unknown.yaml"], "contnt: wave.jpg\nstyle: wave.jpg\n");
        File.WriteAllText(_folder["missing.yaml"], "content: gone.jpg\nstyle: wave.jpg\n");

        Assert.Contains(what, Assert.Throws<StyleFarmException>(() => Read(arguments.Split(' '))).Message);
    }

    [Fact]
    public void The_sweep_in_its_help_can_be_read()
    {
        var command = Assert.IsType<TaughtCommand>(SweepCommand.Create());
        var lines = command.Lesson.Split('\n').SkipWhile(line => !line.TrimStart().StartsWith("name:", StringComparison.Ordinal))
            .TakeWhile(line => line.Trim().Length > 0);
        File.WriteAllText(_folder["help.yaml"], string.Join('\n', lines.Select(line => line[2..])));

        var spec = StyleFarm.Cli.Farm.Sweeps.SweepFile.Load("help.yaml", _folder.Path).Spec;

        Assert.Equal(("starry-grid", 2, 2, 2), (spec.Name, spec.Styles.Count, spec.Parameters.Count, spec.Seeds.Count));
        Assert.All(command.Lesson.Split('\n'), line => Assert.InRange(line.Length, 0, 140));
    }

    [Fact]
    public void A_recipe_beside_the_sweep_is_found()
    {
        File.WriteAllText(_folder["sweeps/mine.yaml"], "base: d2l\ntv_weight: 77\n");
        File.WriteAllText(_folder["sweeps/other.json"], """{"content": "photo.jpg", "style": "../wave.jpg", "recipe": "mine.yaml"}""");

        Assert.Equal(77, Read("sweeps/other.json", "--out", "grid").Cells.Sweep.Recipe.TvWeight);
    }

    SweepRequest Read(params string[] arguments)
    {
        var parsed = new RootCommand { SweepCommand.Create() }.Parse(["sweep", .. arguments], CommandLine.Parsing);
        Assert.Empty(parsed.Errors);
        return SweepCommand.Read(parsed, _folder.Path);
    }
}
