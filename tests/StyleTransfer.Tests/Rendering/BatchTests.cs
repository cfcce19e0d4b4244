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
    public static TheoryData<OptimizerKind, int, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<OptimizerKind, int, int, int>();
            foreach (var kind in new[] { OptimizerKind.Adam, OptimizerKind.Rmsprop, OptimizerKind.Lbfgs })
                foreach (var (cells, width, height) in new[] { (1, 8, 8), (2, 16, 16), (3, 17, 13), (5, 9, 22), (16, 11, 8) })
                    cases.Add(kind, cells, width, height);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_batch_equals_its_cells_alone(OptimizerKind kind, int count, int width, int height)
    {
        var cells = Enumerable.Range(1, count).Select(i => Scenes.Different(i, kind, new ImageSize(width, height))).ToList();
        var together = new RecordingObserver();

        var results = Scenes.Render(networks.Exact, cells, together);

        for (var i = 0; i < cells.Count; i++)
        {
            var alone = new RecordingObserver();
            var result = Scenes.Render(networks.Exact, [cells[i]], alone)[0];
            var own = together.Reports.Where(report => report.Cell == cells[i].Id).ToList();
            Assert.Equal(alone.Reports.Count, own.Count);
            foreach (var (expected, actual) in alone.Reports.Append(result.Final).Zip(own.Append(results[i].Final)))
                AssertClose(expected, actual);
            foreach (var (e, a) in result.Image.Pixels.Zip(results[i].Image.Pixels))
                Assert.True(Math.Abs(e - a) < 1e-3, $"pixel {a:R}, expected {e:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void In_single_precision_it_is_the_same_to_the_bit(OptimizerKind kind, int count, int width, int height)
    {
        var cells = Enumerable.Range(1, count).Select(i => Scenes.Different(i, kind, new ImageSize(width, height))).ToList();
        var together = new RecordingObserver();

        Scenes.Render(networks.Fast, cells, together);

        foreach (var (cell, i) in cells.Select((cell, i) => (cell, i)))
        {
            var alone = new RecordingObserver();
            Scenes.Render(networks.Fast, [cell], alone);
            Trace.AssertSame(Trace.Of(alone, cell), Trace.Of(together, cell), $"cell {i} of {count}");
            Assert.Equal(alone.Results[0].Image.Pixels, together.Results[i].Image.Pixels);
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
        Assert.Equal(Key(one), Key(Scenes.Different(3, OptimizerKind.Adam, new ImageSize(16, 16))));
        Assert.Equal(Key(one), Key(Scenes.Different(2, OptimizerKind.Adam, new ImageSize(16, 16))));
    }

    static string Key(RenderCell cell) => StyleRenderer.BatchKey(cell.Recipe, cell.Plan);

    static void AssertClose(LossReport expected, LossReport actual)
    {
        Assert.Equal((expected.Step, expected.Evaluation), (actual.Step, actual.Evaluation));
        Assert.Equal(expected.Taps.Keys, actual.Taps.Keys);
        (string, double, double)[] parts = [("total", expected.Total, actual.Total), ("content", expected.Content, actual.Content),
            ("style", expected.Style, actual.Style), ("tv", expected.Tv, actual.Tv),
            .. expected.Taps.Select(tap => (tap.Key, tap.Value, actual.Taps[tap.Key]))];
        foreach (var (part, e, a) in parts)
            Assert.True(Math.Abs(e - a) <= 1e-9 * Math.Abs(e), $"{part} of step {expected.Step}: {a:R}, expected {e:R}");
    }
}
