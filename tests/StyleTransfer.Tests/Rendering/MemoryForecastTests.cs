using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>The forecast against the peak that the allocator measured.</summary>
[Collection(nameof(Engine))]
public sealed class MemoryForecastTests
{
    const double Allowed = 0.15;

    public static TheoryData<string, ScalarType> Cases
    {
        get
        {
            var cases = new TheoryData<string, ScalarType>();
            foreach (var preset in RecipePresets.Names)
                foreach (var precision in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float64 })
                    cases.Add(preset, precision);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Forecast_of_a_preset_is_near_the_measured_peak(string preset, ScalarType precision)
    {
        // float64 is slow and deep networks take long to set up; what grows with the size is seen in the others.
        var isDeep = RecipePresets.Get(preset).Style.Any(weight => weight.Tap.Block > 4);
        ImageSize[] sizes = precision == float64 ? [new(64, 64)]
            : isDeep ? [new(64, 64), new(128, 85)]
            : [new(64, 64), new(97, 61), new(128, 128), new(128, 85)];
        foreach (var size in sizes)
            Check(preset, Short(RecipePresets.Get(preset), size, precision == float64 || isDeep ? 2 : 12), size, precision, cells: 1);
    }

    [Theory]
    [InlineData("stylefarm", 4)]
    [InlineData("viblo-rmsprop", 3)]
    [InlineData("classic", 3)]
    public void Forecast_of_a_batch_is_near_the_measured_peak(string preset, int cells)
    {
        var size = new ImageSize(97, 61);
        Check(preset, Short(RecipePresets.Get(preset), size, 12), size, float32, cells);
    }

    [Fact]
    public void Lbfgs_holds_its_vectors_in_the_machines_memory()
    {
        var size = new ImageSize(64, 48);
        var lbfgs = Short(RecipePresets.Get("classic"), size, 1);
        var forecast = MemoryForecast.Of(lbfgs, Scenes.Cell(lbfgs, size).Plan, float32, 1);

        Assert.Equal((2 * 10 + 7) * 3 * 64 * 48 * 8, forecast.HostBytes);
        Assert.Equal(forecast.TotalBytes, forecast.DeviceBytes + forecast.HostBytes);
    }

    [Fact]
    public void Each_cell_of_lbfgs_holds_its_own_vectors()
    {
        var size = new ImageSize(64, 48);
        var lbfgs = Short(RecipePresets.Get("classic"), size, 1);
        var cells = Enumerable.Range(1, 4).Select(i => Scenes.Cell(lbfgs, size, (ulong)i)).ToList();
        using var network = new Vgg19(Engine.Seeded(Scenes.WeightsSeed), float32, CPU);
        var most = 0L;
        var observer = new RecordingObserver { OnReport = _ => most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true)) };
        Scenes.Render(network, [cells[0]], new RecordingObserver());
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Scenes.Render(network, cells, observer);

        var forecast = MemoryForecast.Of(lbfgs, cells[0].Plan, float32, 4).HostBytes;
        Assert.InRange((most - before) / (double)forecast, 1 - Allowed, 1 + Allowed);
    }

    [Fact]
    public void A_score_looks_deeper()
    {
        var size = new ImageSize(64, 64);
        var plan = Scenes.Cell(Scenes.Recipe, size).Plan;
        var (plain, scored) = (MemoryForecast.Of(Scenes.Recipe, plan, float32, 1), MemoryForecast.Of(Scenes.Recipe, plan, float32, 1, score: true));

        Assert.True(scored.WeightsBytes > plain.WeightsBytes + 2 * 4 * 10_000_000L);
        Assert.Equal(plain.StepBytes, scored.StepBytes);
    }

    [Fact]
    public void Forecast_grows_with_size_and_batch()
    {
        var recipe = RecipePresets.Default;
        var small = Of(64, 1);

        Assert.True(Of(128, 1) > 2 * small);
        Assert.True(Of(64, 8) > 4 * small);

        long Of(int side, int cells) =>
            MemoryForecast.Of(recipe, Scenes.Cell(recipe, new ImageSize(side, side)).Plan, float32, cells).TotalBytes;
    }

    /// <summary>A few steps: twelve take the guard past its first copy of a step rule in motion. A rung too small for the taps is left out.</summary>
    static Recipe Short(Recipe recipe, ImageSize size, int steps)
    {
        if (recipe.Optimizer.Kind == OptimizerKind.Lbfgs) steps = 1;
        var deepest = recipe.Content.Concat(recipe.Style).Max(weight => weight.Tap);
        var smallest = Math.Min(size.Width, size.Height) / (double)size.LongSide;
        return recipe.Scales is not { } scales
            ? recipe with { Steps = steps }
            : recipe with
            {
                Scales = [.. scales.Where(scale => scale.Size.LongSide / (double)scales[^1].Size.LongSide * smallest * size.LongSide >= 1 << deepest.Block)
                    .Select(scale => scale with { Steps = scale == scales[^1] ? steps : 1 })],
            };
    }

    static void Check(string preset, Recipe recipe, ImageSize size, ScalarType precision, int cells)
    {
        var batch = Enumerable.Range(1, cells).Select(i => Scenes.Cell(recipe, size, (ulong)i)).ToList();
        var before = memory.statistics(CPU).Live;
        memory.reset_peak(CPU);
        using (var network = new Vgg19(Engine.Seeded(Scenes.WeightsSeed), precision, CPU))
            Scenes.Render(network, batch, new RecordingObserver());
        var peak = memory.statistics(CPU).Peak - before;

        var forecast = MemoryForecast.Of(recipe, batch[0].Plan, precision, cells);

        var ratio = (double)forecast.DeviceBytes / peak;
        TestContext.Current.TestOutputHelper?.WriteLine($"{size} x{cells}: {peak / 1e6:F1} MB measured, forecast {ratio:P1} of it");
        Assert.True(Math.Abs(ratio - 1) <= Allowed,
            $"{preset} at {size} in {precision}, {cells} cells: {peak} bytes measured, forecast {ratio:P0} of it: {forecast}");
    }
}
