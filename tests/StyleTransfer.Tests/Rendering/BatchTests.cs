using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Golden;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>Cells rendered together come out as each does alone, in float64 to within rounding.</summary>
[Collection(nameof(Engine))]
public sealed class BatchTests(WarmNetworks networks) : IClassFixture<WarmNetworks>
{
    public static MatrixTheoryData<OptimizerKind, (int Cells, int Width, int Height)> Cases => new(
        [OptimizerKind.Adam, OptimizerKind.Rmsprop], [(2, 16, 16), (3, 17, 13), (5, 9, 22)]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_equals_its_cells_alone(OptimizerKind kind, (int Cells, int Width, int Height) batch)
    {
        var cells = Enumerable.Range(1, batch.Cells).Select(i => Different(i, kind, new ImageSize(batch.Width, batch.Height))).ToList();
        var together = new RecordingObserver();

        var results = Scenes.Render(networks.Exact, cells, together);

        for (var i = 0; i < cells.Count; i++)
        {
            var alone = new RecordingObserver();
            var result = Scenes.Render(networks.Exact, [cells[i]], alone)[0];
            var own = together.Reports.Where(report => report.Cell == cells[i].Id).ToList();
            Assert.Equal(cells[i].Recipe.Steps, own.Count);
            foreach (var (expected, actual) in alone.Reports.Append(result.Final).Zip(own.Append(results[i].Final)))
                AssertClose(expected, actual);
            foreach (var (e, a) in result.Image.Pixels.Zip(results[i].Image.Pixels))
                Assert.True(Math.Abs(e - a) < 1e-3, $"pixel {a:R}, expected {e:R}");
        }
    }

    [Theory]
    [InlineData("pooling", "avg")]
    [InlineData("gram", "hw")]
    [InlineData("optimizer.beta1", 0.5)]
    [InlineData("keep", "best")]
    [InlineData("style.relu1_2", 1)]
    public void Cells_of_another_structure_cannot_share(string key, object value)
    {
        var one = Scenes.Cell(Scenes.Recipe, new ImageSize(16, 16));
        var recipe = Scenes.Recipe.With(key, value is string text ? text : value is int whole ? whole : (double)value);

        Assert.NotEqual(Key(one), Key(Scenes.Cell(recipe, new ImageSize(16, 16))));
        Assert.Throws<ArgumentException>(() => Scenes.Render(networks.Exact, [one, Scenes.Cell(recipe, new ImageSize(16, 16), 2)], new RecordingObserver()));
    }

    [Fact]
    public void The_key_is_of_the_tensors_and_forms_and_of_nothing_else()
    {
        var one = Scenes.Cell(Scenes.Recipe, new ImageSize(16, 16));
        var ladder = Scenes.Recipe with { Scales = [new(RecipeSize.Of(8), 3, 0.1), new(RecipeSize.Of(16), 2, null)] };

        Assert.Matches("^[0-9a-f]{16}$", Key(one));
        Assert.NotEqual(Key(one), Key(Scenes.Cell(Scenes.Recipe, new ImageSize(16, 17))));
        Assert.NotEqual(Key(one), Key(Scenes.Cell(ladder, new ImageSize(16, 16))));
        Assert.Equal(Key(one), Key(Scenes.Cell(Scenes.Recipe with { Steps = 99, Description = "x" }, new ImageSize(16, 16))));
        Assert.Equal(Key(one), Key(Different(3, OptimizerKind.Adam, new ImageSize(16, 16))));
        Assert.Equal(Key(one), Key(Different(2, OptimizerKind.Adam, new ImageSize(16, 16))));
    }

    static string Key(RenderCell cell) => StyleRenderer.BatchKey(cell.Recipe, cell.Plan);

    /// <summary>Another in all that cells of a batch may differ in.</summary>
    static RenderCell Different(int i, OptimizerKind kind, ImageSize size)
    {
        var recipe = Scenes.Recipe with
        {
            ContentWeight = 0.1 * i,
            StyleWeight = 1.0 / i,
            TvWeight = 0.001 * i,
            Content = [new("relu2_1", 0.5 + i)],
            Style = [new("relu1_1", 0.1 * i), new("conv2_1", 0.7 - 0.1 * i)],
            Optimizer = Scenes.Recipe.Optimizer with { Kind = kind, Lr = 0.02 * i },
            Schedule = i % 2 == 0 ? new() { Every = 2, Gamma = 0.5 } : null,
            Init = i % 2 == 0 ? Init.Uniform : Init.NoiseMix,
            NoiseAmplitude = 0.3 * i,
        };
        var cell = Scenes.Cell(recipe, size, (ulong)i, new ImageSize(size.Width + i, size.Height));
        if (i != 2) return cell;

        // The second one blends two styles of different sizes.
        return cell with
        {
            Plan = RenderPlan.Of(recipe, size, [size, new ImageSize(25, 19)], RecipeSize.Original, RecipeSize.Original),
            Styles = [new StyleSource(new Picture(7), 0.75), new StyleSource(new Picture(8), 0.25)],
        };
    }

    static void AssertClose(LossReport expected, LossReport actual)
    {
        Assert.Equal(expected.Step, actual.Step);
        Assert.Equal(expected.Taps.Keys, actual.Taps.Keys);
        (string, double, double)[] parts = [("total", expected.Total, actual.Total), ("content", expected.Content, actual.Content),
            ("style", expected.Style, actual.Style), ("tv", expected.Tv, actual.Tv),
            .. expected.Taps.Select(tap => (tap.Key, tap.Value, actual.Taps[tap.Key]))];
        foreach (var (part, e, a) in parts)
            Assert.True(Math.Abs(e - a) <= 1e-9 * Math.Abs(e), $"{part} of step {expected.Step}: {a:R}, expected {e:R}");
    }
}
