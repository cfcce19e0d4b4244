using System.Text;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.GpuNode.Tests.Rendering;

/// <summary>Shards that are rendered to their end, to a rung, or not at all.</summary>
[Collection(nameof(Device))]
public sealed class EngineTests
{
    [Fact]
    public async Task A_shard_leaves_pictures_provenance_telemetry_previews_and_the_newest_checkpoints()
    {
        await using var studio = new Studio();
        var cells = new[] { studio.Cell(1), studio.Cell(2, settings: new Setting("style_weight", "2000")) };

        var story = await studio.Start(Studio.Shard(cells, scored: true)).OverAsync();

        Assert.Equal(2, story.Reports<CellFinished>().Count);
        Assert.IsType<ShardEnded>(story.Events[^1]);
        Assert.Contains(story.Events, told => told is ShardRendered);
        Assert.Equal(12 * 2 * 1024, story.Events.OfType<ShardPaced>().Sum(paced => paced.PixelSteps));
        foreach (var cell in cells)
        {
            Assert.Equal([6, 9], studio.CheckpointsOf(cell));
            Assert.Equal(Enumerable.Range(0, 12), studio.TelemetryOf(cell).Select(report => report.Step));
            Assert.Equal(["00000003.jpg", "00000006.jpg", "00000009.jpg", "00000012.jpg"],
                studio.Store.KeysBelow(StoreKey.Previews(cell.Cell.Id).ToString()).Select(key => key.Split('/')[^1]));
            Assert.Equal([3, 6, 9], story.Reports<CellProgress>().Where(report => report.Cell == cell.Cell.Id).Select(report => report.Step));
            Assert.All(story.Reports<CellProgress>(), report => Assert.NotNull(report.Losses));
            Assert.NotEmpty(studio.ResultOf(cell)!);
            Assert.True(Place(StoreKey.AttemptPicture(cell.Cell.Id, 1)) < Place(StoreKey.AttemptProvenance(cell.Cell.Id, 1)));
        }

        int Place(StoreKey key) => studio.Store.Puts.ToList().IndexOf(key.ToString());
    }

    [Fact]
    public async Task Provenance_says_how_to_make_the_picture_again_and_who_made_it()
    {
        await using var studio = new Studio();
        var cells = new[] { studio.Cell(1, attempt: 3), studio.Cell(2, settings: new Setting("optimizer.lr", "0.02")) };

        var story = await studio.Start(Studio.Shard(cells, scored: true)).OverAsync();

        var provenance = studio.ProvenanceOf(cells[0]);
        Assert.Equal("stylefarm-result/1", (string)provenance["schema"]!);
        Assert.Equal(cells[0].Cell.Id.ToString(), (string)provenance["cell"]!);
        Assert.Equal(cells[0].Cell.Content.Sha256, (string)provenance["content"]!["sha256"]!);
        Assert.Equal(("one", "job", 3, 2, 2), ((string)provenance["node"]!, (string)provenance["job"]!, (int)provenance["attempt"]!,
            (int)provenance["shard_size"]!, (int)provenance["batch_size"]!));
        Assert.Equal(("seeded:1", true), ((string)provenance["weights"]!["source"]!, (bool)provenance["weights"]!["seeded"]!));
        Assert.Equal((12, "32x32", "fp32", "cpu"), ((int)provenance["steps"]!, (string)provenance["size"]!, (string)provenance["precision"]!, (string)provenance["device"]!));
        var finished = story.Reports<CellFinished>().Single(report => report.Cell == cells[0].Cell.Id);
        Assert.Equal((finished.Losses.Total, finished.Score!.Value.Style), ((double)provenance["losses"]!["total"]!, (double)provenance["score"]!["style"]!));
        Assert.Equal((3, 12), (finished.Attempt, finished.Step));
        Assert.Equal(0.02, (double)studio.ProvenanceOf(cells[1])["recipe"]!["optimizer"]!["lr"]!);
        Assert.True((long)provenance["memory"]!["peak_bytes"]! > 0);
    }

    [Fact]
    public async Task Watchers_get_losses_and_the_first_of_each_cell_at_once()
    {
        await using var studio = new Studio();

        await studio.Start(Studio.Shard([studio.Cell(1), studio.Cell(2)])).OverAsync();

        Assert.Equal(2, studio.Live.Count(report => report.Step == 0));
        Assert.All(studio.Live, report => Assert.Equal("job", report.Job));
    }

    [Fact]
    public async Task A_cell_stops_at_its_rung_with_a_score_and_goes_on_from_there_to_the_same_picture()
    {
        await using var studio = new Studio();
        await studio.Start(Studio.Shard([studio.Cell(1), studio.Cell(2)])).OverAsync();
        var whole = studio.ResultOf(studio.Cell(1));
        studio.Store.Clear();

        var story = await studio.Start(Studio.Shard([studio.Cell(1, stopAt: 5), studio.Cell(2)], shard: 2, scored: true)).OverAsync();
        var stopped = Assert.Single(story.Reports<CellStopped>());
        Assert.Equal((5, StopReason.Rung), (stopped.Step, stopped.Reason));
        Assert.NotNull(stopped.Score);
        Assert.NotNull(stopped.Losses);
        Assert.Contains(5, studio.CheckpointsOf(studio.Cell(1)));
        Assert.Equal(Enumerable.Range(0, 5), studio.TelemetryOf(studio.Cell(1)).Select(report => report.Step));

        await studio.Start(Studio.Shard([studio.Cell(1)], shard: 3)).OverAsync();
        Assert.Equal(whole, studio.ResultOf(studio.Cell(1)));
        Assert.Equal(Enumerable.Range(0, 12), studio.TelemetryOf(studio.Cell(1)).Select(report => report.Step));
        Assert.Equal(5, (int)studio.ProvenanceOf(studio.Cell(1))["timings"]!["resumed_at_step"]!);
    }

    [Fact]
    public async Task A_photo_that_changed_fails_alone_and_for_good()
    {
        await using var studio = new Studio();
        var cells = new[] { studio.Cell(1), studio.Cell(2) };
        File.WriteAllBytes(cells[0].Cell.Content.Location, File.ReadAllBytes(cells[1].Cell.Content.Location));

        var story = await studio.Start(Studio.Shard(cells)).OverAsync();

        var failed = Assert.Single(story.Reports<CellFailed>());
        Assert.Equal((cells[0].Cell.Id, false), (failed.Cell, failed.IsTransient));
        Assert.Equal($"{cells[0].Cell.Content.Location}: changed while the job ran; run the job again", failed.Message);
        Assert.Equal(cells[1].Cell.Id, Assert.Single(story.Reports<CellFinished>()).Cell);
    }

    [Fact]
    public async Task A_setting_that_the_recipe_does_not_take_and_a_broken_photo_fail_alone()
    {
        await using var studio = new Studio();
        var (good, bad, torn) = (studio.Cell(1), studio.Cell(2), studio.Cell(3));
        bad = bad with { Cell = bad.Cell with { Settings = [new Setting("optimizer.speed", "3")] } };
        File.WriteAllText(torn.Cell.Content.Location, "no picture");
        torn = torn with { Cell = torn.Cell with { Content = torn.Cell.Content with { Sha256 = HashOf(torn.Cell.Content.Location) } } };

        var story = await studio.Start(Studio.Shard([good, bad, torn])).OverAsync();

        Assert.Equal(2, story.Reports<CellFailed>().Count);
        Assert.All(story.Reports<CellFailed>(), failed => Assert.False(failed.IsTransient));
        Assert.Contains(story.Reports<CellFailed>(), failed => failed.Message.Contains("optimizer.speed", StringComparison.Ordinal));
        Assert.Contains(story.Reports<CellFailed>(), failed => failed.Message.Contains(torn.Cell.Content.Location, StringComparison.Ordinal));
        Assert.Single(story.Reports<CellFinished>());
    }

    [Fact]
    public async Task Inputs_come_from_the_store_too()
    {
        await using var studio = new Studio();
        var cell = studio.Cell(1);
        await studio.Start(Studio.Shard([cell])).OverAsync();
        var fromPath = studio.ResultOf(cell);
        studio.Store.Clear();
        foreach (var input in new[] { cell.Cell.Content, cell.Cell.Styles[0].Input })
            await studio.Store.PutAsync(StoreKey.Input(input.Sha256), File.ReadAllBytes(input.Location), TestContext.Current.CancellationToken);
        cell = cell with { Cell = cell.Cell with { Content = InStore(cell.Cell.Content), Styles = [new StyleInput(InStore(cell.Cell.Styles[0].Input), 1)] } };

        studio.Engine.Prefetch(Studio.Shard([cell], shard: 2));
        await studio.Start(Studio.Shard([cell], shard: 2)).OverAsync();

        Assert.Equal(fromPath, studio.ResultOf(cell));

        static InputRef InStore(InputRef input) => input with { Location = StoreKey.Input(input.Sha256).ToString() };
    }

    [Fact]
    public async Task What_does_not_fit_at_once_is_rendered_in_even_batches()
    {
        var cells = new List<CellAssignment>();
        long room = 0;
        await using var studio = new Studio(options: plain => plain with { AvailableBytes = () => Studio.FreeFor(room) });
        for (var number = 1; number <= 4; number++) cells.Add(studio.Cell(number));
        room = Forecast(3) + 1000;

        await studio.Start(Studio.Shard(cells)).OverAsync();

        Assert.All(cells, cell => Assert.Equal((4, 2), ((int)studio.ProvenanceOf(cell)["shard_size"]!, (int)studio.ProvenanceOf(cell)["batch_size"]!)));

        long Forecast(int count) => StyleTransfer.Rendering.MemoryForecast.Of(Studio.Recipe,
            StyleTransfer.Rendering.RenderPlan.Of(Studio.Recipe, new ImageSize(32, 32), [new ImageSize(32, 32)], null, null), Torch.torch.float32, count).TotalBytes;
    }

    [Fact]
    public async Task A_cell_that_does_not_fit_alone_is_refused_for_good_with_the_numbers()
    {
        await using var studio = new Studio(options: plain => plain with { AvailableBytes = () => Studio.FreeFor(1 << 20) });

        var story = await studio.Start(Studio.Shard([studio.Cell(1), studio.Cell(2)])).OverAsync();

        Assert.Equal(2, story.Reports<CellFailed>().Count);
        Assert.All(story.Reports<CellFailed>(), failed =>
        {
            Assert.False(failed.IsTransient);
            Assert.Contains("32x32 pixels needs about", failed.Message, StringComparison.Ordinal);
        });
        Assert.IsType<ShardEnded>(story.Events[^1]);
    }

    [Fact]
    public async Task A_cell_that_diverges_fails_for_good_with_its_trace_kept()
    {
        await using var studio = new Studio();
        var wild = Studio.Recipe with { Optimizer = Studio.Recipe.Optimizer with { Kind = Messages.Recipes.OptimizerKind.Sgd, Lr = 1e6 }, ClampAfterStep = false, Steps = 40 };

        var story = await studio.Start(Studio.Shard([studio.Cell(1, recipe: wild)], recipe: wild)).OverAsync();

        var failed = Assert.Single(story.Reports<CellFailed>());
        Assert.False(failed.IsTransient);
        Assert.Contains("diverged", failed.Message, StringComparison.Ordinal);
        Assert.NotEmpty(studio.TelemetryOf(studio.Cell(1, recipe: wild)));
    }

    [Fact]
    public async Task Shards_render_one_after_the_other_on_one_warm_network()
    {
        var loads = 0;
        await using var studio = new Studio(options: plain => plain with
        {
            Weights = () =>
            {
                Interlocked.Increment(ref loads);
                return plain.Weights();
            },
        });

        var stories = Enumerable.Range(1, 3).Select(shard => studio.Start(Studio.Shard([studio.Cell(shard)], shard: shard))).ToList();
        foreach (var story in stories) await story.OverAsync();

        Assert.All(stories, story => Assert.Single(story.Reports<CellFinished>()));
        Assert.Equal(1, loads);
    }

    [Fact]
    public async Task A_precision_that_does_not_exist_fails_the_cells()
    {
        await using var studio = new Studio();
        var story = await studio.Start(Studio.Shard([studio.Cell(1)]) with { Precision = "fp8" }).OverAsync();
        Assert.Contains("fp8", Assert.Single(story.Reports<CellFailed>()).Message, StringComparison.Ordinal);
    }

    static string HashOf(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(File.ReadAllText(path))));
}
