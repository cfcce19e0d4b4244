using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>
/// Plain gradient descent without clamps on these small pictures is stable at a rate of 64 and explodes at 128 (measured), so the rate
/// chooses how often the guard has to halve it.
/// </summary>
[Collection(nameof(Engine))]
public sealed class DivergenceTests(WarmNetworks networks) : IClassFixture<WarmNetworks>
{
    static readonly ImageSize Size = new(12, 11);

    [Theory]
    [InlineData(64, 0)]
    [InlineData(128, 1)]
    [InlineData(256, 2)]
    [InlineData(512, 3)]
    public void Too_large_a_rate_is_halved_until_the_rendering_holds(double rate, int halvings)
    {
        var observer = new RecordingObserver();

        var result = Scenes.Render(networks.Exact, [Descent(rate)], observer)[0];

        Assert.Equal(Enumerable.Range(1, halvings).Select(i => (0, 0, Math.Pow(0.5, i))), observer.Rollbacks);
        Assert.True(double.IsFinite(result.Final.Total));
        var gentle = new RecordingObserver();
        Scenes.Render(networks.Exact, [Descent(64)], gentle);
        Assert.Equal(gentle.Reports.Select(report => report.Total), observer.Reports.TakeLast(25).Select(report => report.Total));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1e30)]
    public void After_three_halvings_it_fails_and_says_so(double rate)
    {
        var observer = new RecordingObserver();

        var failure = Assert.Throws<StyleFarmException>(() => Scenes.Render(networks.Exact, [Descent(rate)], observer));

        Assert.Equal(ErrorCode.RenderFailed, failure.Code);
        Assert.Contains("cell-1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("optimizer.lr", failure.Message, StringComparison.Ordinal);
        Assert.Equal([0.5, 0.25, 0.125], observer.Rollbacks.Select(entry => entry.RateFactor));
    }

    [Fact]
    public void Late_trouble_goes_back_to_a_state_that_is_known_to_be_good()
    {
        // The rate rises from a harmless one to one that explodes at step 25.
        var cell = Descent(64) with { Recipe = Descent(64).Recipe with { Steps = 40, Schedule = new() { Every = 25, Gamma = 8 } } };
        cell = cell with { Plan = RenderPlan.Of(cell.Recipe, Size, [Size], RecipeSize.Original, RecipeSize.Original) };
        var observer = new RecordingObserver();

        var result = Scenes.Render(networks.Exact, [cell], observer)[0];

        Assert.NotEmpty(observer.Rollbacks);
        Assert.All(observer.Rollbacks, entry => Assert.Contains(entry.ToStep, new[] { 10, 20 }));
        Assert.True(double.IsFinite(result.Final.Total));
    }

    [Fact]
    public void Batchmates_come_out_as_if_nothing_had_happened()
    {
        RenderCell[] cells = [Descent(16, 2), Descent(512, 1), Descent(16, 3)];
        var observer = new RecordingObserver();

        var results = Scenes.Render(networks.Exact, cells, observer);

        Assert.All(observer.Rollbacks, entry => Assert.Equal(1, entry.Cell));
        Assert.Equal(3, observer.Rollbacks.Count);
        foreach (var mate in new[] { 0, 2 })
        {
            var alone = Scenes.Render(networks.Exact, [cells[mate]], new RecordingObserver())[0];
            Assert.Equal(alone.Final.Total, results[mate].Final.Total, 1e-9 * alone.Final.Total);
            foreach (var (e, a) in alone.Image.Pixels.Zip(results[mate].Image.Pixels)) Assert.Equal(e, a, 1e-3);
        }
    }

    [Fact]
    public void A_checkpoint_keeps_what_the_guard_has_learnt()
    {
        var observer = new RecordingObserver();
        var cell = Descent(256);
        var expected = Scenes.Render(networks.Exact, [cell], observer, checkpointEvery: 20)[0];
        var checkpoint = observer.Checkpoints[^1].Checkpoint;

        Assert.Equal((2, 0.25), (checkpoint.Rollbacks, checkpoint.RateFactor));
        Assert.Equal(expected.Final.Total, Scenes.Render(networks.Exact, [cell], new RecordingObserver(), [checkpoint])[0].Final.Total);
    }

    [Fact]
    public void An_explosion_in_the_last_step_is_not_handed_out()
    {
        var recipe = Descent(1).Recipe with { Steps = 1, Optimizer = new() { Kind = OptimizerKind.Sgd, Lr = 1e300 } };
        var cell = Scenes.Cell(recipe, Size);

        var failure = Assert.Throws<StyleFarmException>(() => Scenes.Render(networks.Exact, [cell], new RecordingObserver()));

        Assert.Equal(ErrorCode.RenderFailed, failure.Code);
    }

    static RenderCell Descent(double rate, ulong seed = 1) => Scenes.Cell(Scenes.Recipe with
    {
        Optimizer = new() { Kind = OptimizerKind.Sgd, Lr = rate },
        ClampAfterStep = false,
        Steps = 25,
    }, Size, seed);
}
