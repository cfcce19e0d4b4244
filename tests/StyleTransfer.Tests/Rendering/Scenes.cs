using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Rendering.Targets;
using StyleFarm.StyleTransfer.Tests.Golden;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>A picture of whole bytes that its seed makes, at any size.</summary>
public sealed class Picture(ulong seed) : IImageSource
{
    public RgbImage At(ImageSize size)
    {
        var stream = new SplitMix64Stream(seed);
        var pixels = new float[3 * size.Pixels];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i / 3 % size.Width / (double)size.Width, i / 3 / size.Width / (double)size.Height);
            var wave = Math.Sin((3 + seed % 5) * x + i % 3) * Math.Cos((2 + seed % 7) * y);
            pixels[i] = (float)Math.Floor(128 + 80 * wave + 40 * (stream.At((ulong)i) - 0.5));
        }

        return new RgbImage(size.Width, size.Height, pixels);
    }
}

/// <summary>Small renderings for tests: three shallow taps, a few steps.</summary>
public static class Scenes
{
    public const ulong WeightsSeed = 20261120;

    public static Recipe Recipe { get; } = new()
    {
        Space = ColourSpace.RgbNorm,
        Pooling = Pooling.Max,
        Content = [new("relu2_1", 1)],
        ContentForm = ContentForm.Relative,
        ContentWeight = 0.1,
        Style = [new("relu1_1", 0.5), new("conv2_1", 0.5)],
        TvForm = TvForm.MeanSq,
        TvWeight = 0.003,
        Optimizer = new() { Kind = OptimizerKind.Adam, Lr = 0.05 },
        ClampAfterStep = true,
        Steps = 6,
    };

    public static RenderCell Cell(Recipe recipe, ImageSize size, ulong seed = 1, ImageSize? styleSize = null) => new()
    {
        Id = $"cell-{seed}",
        Recipe = recipe,
        Plan = RenderPlan.Of(recipe, size, [styleSize ?? size], RecipeSize.Original, RecipeSize.Original),
        Content = new Picture(100 + seed),
        Styles = [new StyleSource(new Picture(200 + seed), 1)],
        Initial = new Picture(300 + seed),
        Seed = seed,
    };

    /// <summary>Another in all that cells of a batch may differ in.</summary>
    public static RenderCell Different(int i, OptimizerKind kind, ImageSize size)
    {
        var recipe = Recipe with
        {
            ContentWeight = 0.1 * i,
            StyleWeight = 1.0 / i,
            TvWeight = 0.001 * i,
            Content = [new("relu2_1", 0.5 + i)],
            Style = [new("relu1_1", 0.1 * i), new("conv2_1", 0.7 / i)],
            Optimizer = Recipe.Optimizer with { Kind = kind, Lr = 0.02 * i, Maxfun = 4 },
            Steps = kind == OptimizerKind.Lbfgs ? 2 : Recipe.Steps,
            Schedule = i % 2 == 0 ? new() { Every = 2, Gamma = 0.5 } : null,
            Init = i % 2 == 0 ? Init.Uniform : Init.NoiseMix,
            NoiseAmplitude = 0.3 * i,
        };
        var cell = Cell(recipe, size, (ulong)i, new ImageSize(size.Width + i, size.Height));
        if (i != 2) return cell;

        // The second one blends two styles of different sizes.
        return cell with
        {
            Plan = RenderPlan.Of(recipe, size, [size, new ImageSize(25, 19)], RecipeSize.Original, RecipeSize.Original),
            Styles = [new StyleSource(new Picture(7), 0.75), new StyleSource(new Picture(8), 0.25)],
        };
    }

    public static Vgg19 Network(ScalarType precision) => new(Engine.Seeded(WeightsSeed), precision, CPU);

    /// <summary>The objective of the cells' first pass.</summary>
    internal static StyleObjective Objective(Vgg19 network, IReadOnlyList<RenderCell> cells)
    {
        using var source = new TargetSource(network, null, TargetForm.Of(cells[0].Recipe));
        using var targets = new CellTargetSource(source, cells[0].Recipe);
        return new StyleObjective(network, cells, PassTargets.Join([.. cells.Select(cell => targets.Of(cell, cell.Plan.Passes[0]))]),
            new ImageSpace(cells[0].Recipe.Space), network.Precision == float64 ? float64 : float32);
    }

    /// <summary>Renders to the end. A cell that fails is thrown.</summary>
    public static IReadOnlyList<CellResult> Render(Vgg19 network, IReadOnlyList<RenderCell> cells, RecordingObserver observer,
        IReadOnlyList<CellCheckpoint>? resume = null, int checkpointEvery = 0, CancellationToken? cancellation = null)
    {
        RenderBatch(network, [.. cells.Select((cell, i) => new BatchCell(cell, resume?[i]))], observer, checkpointEvery, null, cancellation);
        return observer.Failures.Count > 0
            ? throw observer.Failures.Values.First()
            : [.. Enumerable.Range(0, cells.Count).Select(i => observer.Results[i])];
    }

    /// <summary>Renders, and makes sure that every cell left once and that no tensor is left behind.</summary>
    public static void RenderBatch(Vgg19 network, IReadOnlyList<BatchCell> batch, RecordingObserver observer, int checkpointEvery = 0,
        RenderControl? control = null, CancellationToken? cancellation = null)
    {
        var before = Tensor.TotalCount;
        var token = cancellation ?? TestContext.Current.CancellationToken;
        try
        {
            new StyleRenderer(network, TimeProvider.System).Render(batch, checkpointEvery, observer, control ?? new RenderControl(), token);
        }
        finally
        {
            Assert.Equal(before, Tensor.TotalCount);
        }

        Assert.Equal(Enumerable.Range(0, batch.Count),
            observer.Results.Keys.Concat(observer.Failures.Keys).Concat(observer.Stops.Select(entry => entry.Cell)).Order());
    }
}

/// <summary>One warm network of each precision for the tests of a class.</summary>
public sealed class WarmNetworks : IDisposable
{
    public Vgg19 Exact { get; } = Scenes.Network(ScalarType.Float64);

    public Vgg19 Fast { get; } = Scenes.Network(ScalarType.Float32);

    public void Dispose()
    {
        Exact.Dispose();
        Fast.Dispose();
    }
}
