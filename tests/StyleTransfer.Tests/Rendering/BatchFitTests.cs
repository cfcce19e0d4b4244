using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

public sealed class BatchFitTests
{
    static readonly ImageSize Size = new(256, 192);
    static readonly Recipe Adam = RecipePresets.Default with { Scales = null };
    static readonly Recipe Lbfgs = RecipePresets.Get("classic");

    public static MatrixTheoryData<string, int> Cases => new(["adam", "lbfgs"], [1, 2, 5, 16]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_largest_batch_that_fits_is_taken(string rule, int cells)
    {
        var recipe = rule == "adam" ? Adam : Lbfgs;
        var needed = Forecast(recipe, cells).TotalBytes;

        Assert.Equal(new BatchFit(cells, 10), Fit(recipe, new MemoryRoom(needed), 100));
        Assert.Equal(new BatchFit(cells, 10), Fit(recipe, new MemoryRoom(Forecast(recipe, cells + 1).TotalBytes - 1), 100));
        Assert.Equal(new BatchFit(cells, 10), Fit(recipe, new MemoryRoom(long.MaxValue), cells));
    }

    [Fact]
    public void A_device_and_its_machine_are_counted_apart()
    {
        var (device, host) = (Forecast(Lbfgs, 6).DeviceBytes, Forecast(Lbfgs, 4).HostBytes);

        Assert.Equal(4, Fit(Lbfgs, new MemoryRoom(device, host), 100).Cells);
        Assert.Equal(6, Fit(Lbfgs, new MemoryRoom(device, 10 * host), 100).Cells);
    }

    [Fact]
    public void Where_not_even_one_fits_lbfgs_remembers_less()
    {
        var tight = Lbfgs with { Optimizer = Lbfgs.Optimizer with { Memory = 4 } };

        Assert.Equal(new BatchFit(1, 4), Fit(Lbfgs, new MemoryRoom(Forecast(tight, 1).TotalBytes), 100));
    }

    [Fact]
    public void Where_nothing_helps_it_is_refused_with_what_is_needed()
    {
        foreach (var recipe in new[] { Adam, Lbfgs })
        {
            var failure = Assert.Throws<StyleFarmException>(() => Fit(recipe, new MemoryRoom(10 << 20), 16));
            Assert.Equal(ErrorCode.OutOfResources, failure.Code);
            Assert.Matches(@"^a single cell of 256x192 pixels needs about \d+ MiB, and there are 10 MiB free; give a smaller size", failure.Message);
        }

        var host = Assert.Throws<StyleFarmException>(() => Fit(Lbfgs, new MemoryRoom(long.MaxValue, 1 << 20), 16));
        Assert.Contains("1 MiB beside the device", host.Message, StringComparison.Ordinal);
    }

    static BatchFit Fit(Recipe recipe, MemoryRoom room, int most) => BatchFit.Of(recipe, Scenes.Cell(recipe, Size).Plan, float32, room, most);

    static MemoryForecast Forecast(Recipe recipe, int cells) => MemoryForecast.Of(recipe, Scenes.Cell(recipe, Size).Plan, float32, cells);
}
