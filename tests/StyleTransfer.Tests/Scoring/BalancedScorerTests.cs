using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Rendering.Targets;
using StyleFarm.StyleTransfer.Scoring;
using StyleFarm.StyleTransfer.Tests.Golden;
using StyleFarm.StyleTransfer.Tests.Losses;
using StyleFarm.StyleTransfer.Tests.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Scoring;

[Collection(nameof(Engine))]
public sealed class BalancedScorerTests(WarmNetworks networks) : IClassFixture<WarmNetworks>
{
    static readonly ImageSize Size = new(24, 18);
    static readonly string[] StyleTaps = ["relu1_1", "relu2_1", "relu3_1", "relu4_1", "relu5_1"];

    readonly Picture _content = new(1);
    readonly Picture _style = new(2);

    [Fact]
    public void The_content_image_has_a_half_and_the_style_image_too()
    {
        var scorer = new BalancedScorer(networks.Fast);

        Assert.Equal(new BalancedScore(0, 1), scorer.Score([Scored(_content, Size, (_style, 1, Size))])[0]);
        Assert.Equal(new BalancedScore(1, 0), scorer.Score([Scored(_style, Size, (_style, 1, Size))])[0]);
        Assert.Equal(0.5, new BalancedScore(0, 1).Balanced);
    }

    [Fact]
    public void It_is_what_the_definition_says()
    {
        var other = new ImageSize(20, 26);
        var (picture, second) = (new Picture(3), new Picture(4));

        var score = new BalancedScorer(networks.Exact).Score([Scored(picture, Size, (_style, 0.25, other), (second, 0.75, Size))])[0];

        var (x, content) = (Features(picture, Size), Features(_content, Size));
        var own = MeanSquare(x["relu4_2"], content["relu4_2"]);
        var whole = 0.25 * MeanSquare(Features(_style, Size)["relu4_2"], content["relu4_2"]) + 0.75 * MeanSquare(Features(second, Size)["relu4_2"], content["relu4_2"]);
        var (one, two) = (Features(_style, other), Features(second, Size));
        var style = StyleTaps.Average(tap =>
        {
            double[] target = [.. Gram(one[tap]).Zip(Gram(two[tap]), (a, b) => 0.25 * a + 0.75 * b)];
            return MeanSquare(Gram(x[tap]), target) / MeanSquare(Gram(content[tap]), target);
        });
        Assert.Equal(own / whole, score.Content, 1e-9);
        Assert.Equal(style, score.Style, 1e-9);
        Assert.Equal((score.Content + score.Style) / 2, score.Balanced);
    }

    [Theory]
    [InlineData(15, 4)]
    [InlineData(8, 4)]
    [InlineData(7, 3)]
    [InlineData(2, 2)]
    public void Taps_that_a_small_picture_has_not_are_left_out(int side, int styleTaps)
    {
        var size = new ImageSize(side, 30);
        var scorer = new BalancedScorer(networks.Exact);

        var score = scorer.Score([Scored(new Picture(3), size, (_style, 1, new ImageSize(40, 40)))])[0];

        var (x, content, style) = (Features(new Picture(3), size), Features(_content, size), Features(_style, new ImageSize(40, 40)));
        Assert.Equal(styleTaps, StyleTaps.Count(x.ContainsKey));
        Assert.Equal(StyleTaps.Where(x.ContainsKey).Average(tap =>
            MeanSquare(Gram(x[tap]), Gram(style[tap])) / MeanSquare(Gram(content[tap]), Gram(style[tap]))), score.Style, 1e-9);
        Assert.Equal(new BalancedScore(0, 1), scorer.Score([Scored(_content, size, (_style, 1, new ImageSize(40, 40)))])[0]);
    }

    [Fact]
    public void Content_that_is_the_style_has_a_finite_score()
    {
        var scorer = new BalancedScorer(networks.Fast);

        Assert.Equal(new BalancedScore(0, 0), scorer.Score([Scored(_content, Size, (_content, 1, Size))])[0]);
        Assert.Equal(new BalancedScore(1, 1), scorer.Score([Scored(_style, Size, (_content, 1, Size))])[0]);
    }

    [Fact]
    public void Pictures_of_all_sizes_are_scored_together_as_each_alone_with_a_cache_and_without()
    {
        var pictures = Enumerable.Range(1, 4).Select(i => Scored(new Known(i), new ImageSize(16 + i / 2, 17), (new Known(9), 1, Size)) with { Content = new Known(8) }).ToList();
        using var cache = new TargetCache(1 << 24);
        var plain = new BalancedScorer(networks.Fast);

        var expected = pictures.Select(picture => plain.Score([picture])[0]).ToList();

        Assert.Equal(expected, plain.Score(pictures));
        Assert.Equal(expected, new BalancedScorer(networks.Fast, cache).Score(pictures));
        var misses = cache.Misses;
        Assert.Equal(expected, new BalancedScorer(networks.Fast, cache).Score(pictures));
        Assert.Equal(misses, cache.Misses);
        Assert.Equal(4, expected.Distinct().Count());
    }

    [Fact]
    public void Cells_that_ask_for_it_are_scored_at_their_rung_and_at_their_end()
    {
        var cells = Enumerable.Range(1, 4).Select(i => Scenes.Different(i, OptimizerKind.Adam, Size)).ToList();
        var control = new RenderControl();
        var observer = new RecordingObserver
        {
            OnReport = report =>
            {
                if (report.Cell == cells[3].Id) control.Stop(3);
            },
        };

        Scenes.RenderBatch(networks.Fast, [new BatchCell(cells[0], Score: true), new BatchCell(cells[1], StopAt: 3, Score: true),
            new BatchCell(cells[2]), new BatchCell(cells[3], Score: true)], observer, control: control);

        var scorer = new BalancedScorer(networks.Fast);
        Assert.Equal(scorer.Score([ScoredPicture.Of(cells[0], 0, observer.Results[0].Image)])[0], observer.Results[0].Score);
        Assert.Null(observer.Results[2].Score);
        var stops = observer.Stops.ToDictionary(entry => entry.Cell, entry => entry.Stopped);
        Assert.Null(stops[3].Score);
        // What it would have been, had it ended there.
        var short3 = cells[1].Recipe with { Steps = 3 };
        var ended = Scenes.Render(networks.Fast, [cells[1] with
        {
            Recipe = short3,
            Plan = RenderPlan.Of(short3, Size, cells[1].Plan.Passes[0].StyleSizes, RecipeSize.Original, RecipeSize.Original),
        }], new RecordingObserver())[0];
        Assert.Equal(scorer.Score([ScoredPicture.Of(cells[1], 0, ended.Image)])[0], stops[1].Score);
    }

    ScoredPicture Scored(IImageSource image, ImageSize size, params (IImageSource Image, double Share, ImageSize Size)[] styles) =>
        new(image.At(size), _content, [.. styles.Select(style => new StyleSource(style.Image, style.Share))], [.. styles.Select(style => style.Size)]);

    /// <summary>Activations of all taps that fit, by an own pass of the network.</summary>
    Dictionary<string, Planes> Features(Picture picture, ImageSize size)
    {
        using var scope = NewDisposeScope();
        var taps = StyleTaps.Append("relu4_2").Select(Tap.Parse).Where(tap => Math.Min(size.Width, size.Height) >> (tap.Block - 1) > 0).ToHashSet();
        var input = new ImageSpace(ColourSpace.RgbNorm).FromPixels(picture.At(size), float64, CPU);
        return networks.Exact.Forward(input, taps, Pooling.Max).ToDictionary(entry => entry.Key.ToString(), entry =>
            new Planes((int)entry.Value.shape[1], (int)entry.Value.shape[2], (int)entry.Value.shape[3], entry.Value.ToArray<double>()));
    }

    static double[] Gram(Planes planes) => LossReference.Gram(planes, GramForm.Chw);

    static double MeanSquare(Planes one, Planes other) => MeanSquare(one.Values, other.Values);

    static double MeanSquare(double[] one, double[] other) => one.Zip(other, (a, b) => (a - b) * (a - b)).Average();

    sealed class Known(int seed) : IImageSource
    {
        public string Identity => $"{seed}";

        public RgbImage At(ImageSize size) => new Picture((ulong)seed).At(size);
    }
}
