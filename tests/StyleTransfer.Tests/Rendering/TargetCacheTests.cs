using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Rendering.Targets;
using StyleFarm.StyleTransfer.Tests.Golden;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

[Collection(nameof(Engine))]
public sealed class TargetCacheTests(WarmNetworks networks) : IClassFixture<WarmNetworks>
{
    const long Plenty = 1 << 24;
    static readonly ImageSize Size = new(14, 12);

    public static TheoryData<string, Func<RenderCell, RenderCell>, int> Changes => new()
    {
        { "weights of the losses", cell => cell with { Recipe = cell.Recipe with { StyleWeight = 9, TvWeight = 1, Optimizer = cell.Recipe.Optimizer with { Lr = 1 } } }, 0 },
        { "content form", cell => cell with { Recipe = cell.Recipe with { ContentForm = ContentForm.Sum } }, 0 },
        { "shares", cell => cell with { Styles = [cell.Styles[0] with { Share = 0.4 }, cell.Styles[1] with { Share = 0.6 }] }, 0 },
        { "content image", cell => cell with { Content = new Known("c2") }, 1 },
        { "a style image", cell => cell with { Styles = [cell.Styles[0], new StyleSource(new Known("s3"), 0.5)] }, 1 },
        { "content taps", cell => cell with { Recipe = cell.Recipe with { Content = [new("relu2_2", 1)] } }, 1 },
        { "style taps", cell => cell with { Recipe = cell.Recipe with { Style = [new("relu1_1", 1)] } }, 2 },
        { "gram", cell => cell with { Recipe = cell.Recipe with { Gram = GramForm.None } }, 2 },
        { "pooling", cell => cell with { Recipe = cell.Recipe with { Pooling = Pooling.Avg } }, 3 },
        { "space", cell => cell with { Recipe = cell.Recipe with { Space = ColourSpace.Bgr255 } }, 3 },
        { "size", cell => Planned(cell, new ImageSize(14, 13)), 3 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Only_what_decides_the_targets_is_computed_again(string what, Func<RenderCell, RenderCell> change, int computed)
    {
        using var cache = new TargetCache(Plenty);
        var (first, second) = (Cell(), change(Cell()));
        Render(networks.Fast, cache, first);
        Assert.Equal((0, 3), (cache.Hits, cache.Misses));

        var cached = Render(networks.Fast, cache, second)[0];

        Assert.True((3 - computed, 3 + computed) == (cache.Hits, cache.Misses), $"{what}: {cache.Hits} hits, {cache.Misses} misses");
        Assert.Equal(Render(networks.Fast, null, second)[0].Image.Pixels, cached.Image.Pixels);
    }

    [Fact]
    public void Another_precision_or_other_weights_have_their_own()
    {
        using var cache = new TargetCache(Plenty);
        using var other = new Vgg19(Engine.Seeded(7), float32, CPU);
        foreach (var network in new[] { networks.Fast, networks.Exact, other }) Render(network, cache, Cell());

        Assert.Equal((0, 9), (cache.Hits, cache.Misses));
    }

    [Fact]
    public void Cells_of_a_batch_share_one_computation_with_a_cache_and_without()
    {
        using var cache = new TargetCache(Plenty);
        var cells = Enumerable.Range(1, 4).Select(i => Cell() with { Id = $"cell-{i}", Recipe = Cell().Recipe with { StyleWeight = i } }).ToArray();

        var cached = Render(networks.Fast, cache, cells);

        Assert.Equal((0, 3), (cache.Hits, cache.Misses));
        var plain = Render(networks.Fast, null, cells);
        foreach (var i in new[] { 0, 1, 2, 3 })
        {
            Assert.Equal(plain[i].Image.Pixels, cached[i].Image.Pixels);
            Assert.Equal(Render(networks.Fast, null, cells[i])[0].Image.Pixels, cached[i].Image.Pixels);
        }
    }

    [Fact]
    public void An_image_without_identity_is_not_kept()
    {
        using var cache = new TargetCache(Plenty);
        Render(networks.Fast, cache, Cell() with { Content = new Picture(1) });

        Assert.Equal(2, cache.Misses);
    }

    [Fact]
    public void What_was_used_least_recently_goes_first_and_what_is_in_use_lives_on()
    {
        var before = Tensor.TotalCount;
        // Each entry is one tensor of 1024 bytes.
        using var cache = new TargetCache(3 * 1024);
        var used = Get("a");
        Get("b").Dispose();
        Get("c").Dispose();
        Get("b").Dispose();
        Assert.Equal((1, 3, 3 * 1024), (cache.Hits, cache.Misses, cache.Bytes));

        Get("d").Dispose();

        Assert.Equal(3 * 1024, cache.Bytes);
        Assert.Equal(1, used[Tap.All[0]].ToArray<float>()[0]);
        Assert.True(Holds("b") && Holds("c") && Holds("d"));
        Assert.False(Holds("a"));
        used.Dispose();
        cache.Clear();
        Assert.Equal((0, before), (cache.Bytes, Tensor.TotalCount));

        TapTensors Get(string image) => cache.Get(Key(image), () => Ones(256));

        bool Holds(string image)
        {
            var misses = cache.Misses;
            Get(image).Dispose();
            return cache.Misses == misses;
        }
    }

    [Fact]
    public void What_is_too_large_drives_nothing_out()
    {
        using var cache = new TargetCache(1024);
        cache.Get(Key("small"), () => Ones(256)).Dispose();
        cache.Get(Key("large"), () => Ones(257)).Dispose();

        Assert.Equal(1024, cache.Bytes);
        cache.Get(Key("small"), () => throw new InvalidOperationException("it was driven out")).Dispose();
    }

    [Fact]
    public void Many_batches_stay_within_the_bound()
    {
        using var cache = new TargetCache(200_000);
        for (var i = 0; i < 12; i++)
        {
            Render(networks.Fast, cache, Cell() with { Content = new Known($"c{i}") });
            Assert.InRange(cache.Bytes, 1, 200_000);
        }
    }

    static TargetKey Key(string image) => new("w", CPU, float32, image, Size, "relu1_1", Pooling.Max, ColourSpace.RgbNorm, null);

    static TapTensors Ones(int count) => new([KeyValuePair.Create(Tap.All[0], ones([count]))]);

    static RenderCell Cell() => Planned(new()
    {
        Id = "cell",
        Recipe = Scenes.Recipe with { Steps = 2 },
        Plan = Scenes.Cell(Scenes.Recipe, Size).Plan,
        Content = new Known("c1"),
        Styles = [new StyleSource(new Known("s1"), 0.5), new StyleSource(new Known("s2"), 0.5)],
    }, Size);

    static RenderCell Planned(RenderCell cell, ImageSize size) =>
        cell with { Plan = RenderPlan.Of(cell.Recipe, size, [size, size], RecipeSize.Original, RecipeSize.Original) };

    static ImmutableArray<CellResult> Render(Vgg19 network, TargetCache? cache, params RenderCell[] cells)
    {
        var observer = new RecordingObserver();
        var renderer = new StyleRenderer(network, TimeProvider.System, cache);
        renderer.Render([.. cells.Select(cell => new BatchCell(cell))], 0, observer, new RenderControl(), TestContext.Current.CancellationToken);
        return [.. cells.Select((_, i) => observer.Results[i])];
    }

    sealed class Known(string name) : IImageSource
    {
        public string Identity => name;

        public RgbImage At(ImageSize size) => new Picture((ulong)name.Sum(letter => letter)).At(size);
    }
}
