using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Cli.Farm.Sweeps;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.Torch;

namespace StyleFarm.Cli.Tests.Farm.Sweeps;

public sealed class SweepCellReaderTests : IDisposable
{
    readonly Lab _lab = new();

    public SweepCellReaderTests()
    {
        _lab.Picture("photo.png", 64, 48);
        _lab.Picture("starry.png", 50, 50, seed: 2);
        _lab.Picture("wave.png", 50, 40, seed: 3);
    }

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Every_point_is_a_cell_with_what_it_changes()
    {
        var request = Request("""
            {"name": "grid", "content": "photo.png", "style": ["starry.png", "wave.png"], "recipe": "d2l", "size": 32, "steps": 12,
             "parameters": {"style_weight": [1000, 100000], "optimizer.lr": [0.05]}}
            """);

        var page = await ReadAsync(request.ToJob("w"));

        Assert.Empty(page.Faulty);
        Assert.Equal([0, 1, 2, 3], page.Cells.Select(cell => cell.Index));
        Assert.Equal("""style_weight=1000 optimizer.lr=0.05""", string.Join(' ', page.Cells[0].Settings.Select(setting => $"{setting.Key}={setting.Json}")));
        Assert.Equal(
            ["pictures/0001_starry_style_weight=1000.png", "pictures/0002_starry_style_weight=100000.png",
             "pictures/0003_wave_style_weight=1000.png", "pictures/0004_wave_style_weight=100000.png"],
            page.Cells.Select(cell => cell.Output));
        Assert.Single(page.Cells.Select(cell => cell.BatchKey).Distinct());
        Assert.Equal(2, page.Cells.Select(cell => cell.TargetKey).Distinct().Count());
        Assert.All(page.Cells, cell => Assert.Equal((32 * 24, 12), (cell.Pixels, cell.Steps)));
    }

    [Theory]
    [InlineData("""{"content": "photo.png", "style": "wave.png", "recipe": "stylefarm", "size": 64, "parameters": {"steps": [30, 60]}}""")]
    [InlineData("""{"content": "photo.png", "style": "wave.png", "recipe": "stylefarm", "steps": 17, "parameters": {"size": [40, 64]}}""")]
    [InlineData("""{"content": "photo.png", "style": ["wave.png", ["wave.png", "starry.png"]], "recipe": "d2l", "size": 48, "parameters": {"style.relu4_1": [0, 2], "pooling": ["max", "avg"]}}""")]
    [InlineData("""{"content": "photo.png", "style": "wave.png", "recipe": "d2l", "size": 48, "seeds": 3, "parameters": {"init": ["uniform", "content"]}}""")]
    [InlineData("""{"content": "photo.png", "style": "wave.png", "recipe": "d2l", "size": 48, "style_size": 64, "parameters": {"style_weight": {"log": [1, 1000, 3]}}}""")]
    public async Task A_node_resolves_each_cell_to_the_recipe_of_its_point(string sweep)
    {
        var job = Request(sweep).ToJob("w");
        var points = SweepCells.FromJson(job.Source).Points().ToList();

        var cells = (await ReadAsync(job)).Cells;

        Assert.Equal(points.Count, cells.Length);
        foreach (var (point, cell) in points.Zip(cells))
        {
            var recipe = cell.Settings.IsEmpty ? job.Recipe
                : job.Recipe.With(cell.Settings.Select(setting => KeyValuePair.Create(setting.Key, JsonNode.Parse(setting.Json))));
            Assert.Equal(point.Recipe.CanonicalJson(), recipe.CanonicalJson());
            Assert.Equal(IdOf(cell, recipe, job), cell.Id);
        }
    }

    [Fact]
    public async Task The_best_again_are_larger_and_say_where_they_come_from()
    {
        var request = Request("""
            {"content": "photo.png", "style": "wave.png", "recipe": "stylefarm", "size": 32, "steps": 12, "parameters": {"style_weight": [1, 2, 3]},
             "promote": {"cells": 2, "size": 64}}
            """);
        var job = request.ToPromotion([new(0, 0.5), new(2, 0.1), new(1, 0.9)], "w")!;

        var cells = (await ReadAsync(job)).Cells;

        Assert.Equal(["promoted/0001_from-0003_wave_style_weight=3.png", "promoted/0002_from-0001_wave_style_weight=1.png"],
            cells.Select(cell => cell.Output));
        Assert.All(cells, cell => Assert.Equal(64 * 48, cell.Pixels));
        Assert.Equal("64", cells[0].Settings.Single(setting => setting.Key == "size").Json);
    }

    [Fact]
    public async Task What_is_finished_comes_with_its_losses_and_score_and_is_delivered()
    {
        var job = Request("""{"content": "photo.png", "style": "wave.png", "recipe": "d2l", "size": 32, "steps": 12, "parameters": {"style_weight": [1, 2]}}""").ToJob("w");
        var cell = (await ReadAsync(job)).Cells[1];
        await _lab.FinishAsync(cell, new ImageSize(32, 24));

        var page = await ReadAsync(job);

        Assert.Equal(0, Assert.Single(page.Cells).Index);
        var earlier = Assert.Single(page.Earlier);
        Assert.Equal(cell.Id, earlier.Cell.Id);
        Assert.Equal(new Losses(1, 2, 0.5, 3.5), earlier.Losses);
        Assert.Equal(new Score(0.25, 0.75), earlier.Score);
        Assert.True(File.Exists(_lab["out/" + cell.Output]));
    }

    [Fact]
    public async Task What_others_have_finished_is_scored_once_and_the_score_is_kept()
    {
        var job = Request("""{"content": "photo.png", "style": ["wave.png"], "recipe": "d2l", "size": 32, "steps": 12}""").ToJob("w");
        var cell = Assert.Single((await ReadAsync(job)).Cells);
        await _lab.FinishAsync(cell, new ImageSize(32, 24), isScored: false);
        var loaded = 0;
        using var scores = new LateScores(_lab.Store, () =>
        {
            loaded++;
            return new Vgg19(VggWeights.Seeded(1), torch.float32, torch.CPU);
        });

        var score = Assert.Single((await ReadAsync(job, scores: scores)).Earlier).Score;
        var again = Assert.Single((await ReadAsync(job, scores: scores)).Earlier).Score;

        // A picture of noise keeps little of the content.
        Assert.InRange(score!.Value.Content, 0.05, 100);
        Assert.InRange(score.Value.Style, 0.0001, 100);
        Assert.Equal(score, again);
        Assert.Equal(1, loaded);
        Assert.Equal(score.Value.Balanced,
            (double)JsonNode.Parse(File.ReadAllText(_lab[$"out/pictures/0001_wave.result.json"]))!["score"]!["balanced"]!);
    }

    [Fact]
    public async Task A_picture_that_cannot_be_used_is_told_once()
    {
        File.WriteAllText(_lab["broken.png"], "no picture");
        _lab.Picture("tiny.png", 2, 2);
        var job = Request("""
            {"content": ["photo.png", "broken.png", "tiny.png"], "style": "wave.png", "recipe": "d2l", "size": "original", "parameters": {"style_weight": [1, 2, 3]}}
            """).ToJob("w");

        var page = await ReadAsync(job, maxCells: 2);

        Assert.Equal(3, page.Cells.Length);
        Assert.Equal(["broken.png", "tiny.png"], page.Faulty.Select(fault => fault.Input));
        Assert.StartsWith("is not an image", page.Faulty[0].Reason);
    }

    [Fact]
    public async Task The_same_photo_under_two_names_is_compared_once()
    {
        File.Copy(_lab["photo.png"], _lab["copy.png"]);

        Assert.Single((await ReadAsync(Request("""{"content": ["photo.png", "copy.png"], "style": "wave.png", "size": 32}""").ToJob("w"))).Cells);
    }

    [Fact]
    public void A_sweep_comes_back_from_its_record()
    {
        var cells = Request("""
            {"name": "n", "content": "photo.png", "style": [["wave.png", "starry.png"]], "recipe": {"base": "d2l", "tv_weight": 3}, "size": 32,
             "parameters": {"style_weight": {"log": [1, 1000, 4]}}, "seeds": [4, 9], "search": {"random": 3}}
            """).Cells with { Promoted = [2, 0], PromotedSize = RecipeSize.Of(64) };

        var again = SweepCells.FromJson(JsonNode.Parse(cells.ToJson().ToJsonString())!.AsObject());

        Assert.Equal(cells.Sweep, again.Sweep with { RecipeName = cells.Sweep.RecipeName });
        Assert.Equal(cells.Points().Select(point => (point.Index, point.PromotedFrom, point.Recipe.Hash())),
            again.Points().Select(point => (point.Index, point.PromotedFrom, point.Recipe.Hash())));
    }

    SweepRequest Request(string json) => new()
    {
        Cells = new SweepCells
        {
            Sweep = SweepJson.Parse(json),
            Folders = [_lab["."]],
            Delivery = new DeliverySpec(_lab["out"], new PictureForm()),
        },
    };

    async Task<CellPage> ReadAsync(JobSpec job, int maxCells = 100, LateScores? scores = null)
    {
        await using var reader = new SweepSource(_lab.Looks, _lab.Planner, _lab.Store, _lab.Sink, scores).Open(job);
        return await Lab.ReadAllAsync(reader, maxCells);
    }

    /// <summary>As `stylize` would name it with the same recipe.</summary>
    static CellId IdOf(CellSpec cell, Recipe recipe, JobSpec job)
    {
        var styleSize = cell.StyleSize is { } text ? RecipeSize.Parse(text) : (RecipeSize?)null;
        var plan = RenderPlan.Of(recipe, new ImageSize(cell.Content.Width, cell.Content.Height),
            [.. cell.Styles.Select(style => new ImageSize(style.Input.Width, style.Input.Height))], null, styleSize);
        var terms = new CellTerms { Recipe = recipe, StyleSize = styleSize, Seed = cell.Seed, Precision = job.Precision,
            WeightsHash = job.WeightsHash };
        return CellPlanner.IdOf(terms, plan, cell.Content.Sha256, cell.Styles.Select(style => (style.Input.Sha256, style.Share)), null);
    }
}
