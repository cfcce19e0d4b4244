using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Network;

[Collection(nameof(Engine))]
public sealed class Vgg19Tests : IDisposable
{
    const ulong Seed = 20261120;

    readonly long _tensors = Tensor.TotalCount;
    readonly long _convolutions = nn.FrozenConv2d.TotalCount;
    readonly Torch.DisposeScope _scope = NewDisposeScope();
    readonly Vgg19 _network = new(Engine.Seeded(Seed), ScalarType.Float32, CPU);

    public void Dispose()
    {
        _network.Dispose();
        _scope.Dispose();
        GC.SuppressFinalize(this);
        Assert.Equal(_tensors, Tensor.TotalCount);
        Assert.Equal(_convolutions, nn.FrozenConv2d.TotalCount);
    }

    [Theory]
    [InlineData("conv1_1", 1)]
    [InlineData("relu1_1", 1)]
    [InlineData("relu2_1", 3)]
    [InlineData("conv3_4", 8)]
    public void The_network_ends_at_the_deepest_tap(string deepest, int convolutions)
    {
        _network.Forward(Noise(1, 1, 16, 16), Taps("conv1_1", deepest), Pooling.Avg);

        Assert.Equal(_convolutions + convolutions, nn.FrozenConv2d.TotalCount);
    }

    [Fact]
    public void Convolutions_are_prepared_once_and_deeper_ones_when_needed()
    {
        var input = Noise(1, 1, 16, 16);
        _network.Forward(input, Taps("relu1_1"), Pooling.Avg);
        _network.Forward(input, Taps("relu1_1"), Pooling.Max);
        Assert.Equal(_convolutions + 1, nn.FrozenConv2d.TotalCount);

        _network.Forward(input, Taps("relu2_2"), Pooling.Avg);
        Assert.Equal(_convolutions + 4, nn.FrozenConv2d.TotalCount);
    }

    [Theory]
    [InlineData(17, 31)]
    [InlineData(16, 16)]
    [InlineData(33, 18)]
    [InlineData(255, 5)]
    public void Sides_are_halved_and_rounded_down(int height, int width)
    {
        var taps = Tap.All.Where(tap => VggTopology.SideAt(tap, width) > 0 && VggTopology.SideAt(tap, height) > 0).ToHashSet();

        foreach (var (tap, features) in _network.Forward(Noise(2, 1, height, width), taps, Pooling.Max))
            Assert.Equal([1, tap.Channels, VggTopology.SideAt(tap, height), VggTopology.SideAt(tap, width)], features.shape);
    }

    [Fact]
    public void An_image_that_pooling_eats_up_is_refused()
    {
        Assert.Throws<Torch.TorchException>(() => _network.Forward(Noise(3, 1, 16, 3), Taps("relu3_1"), Pooling.Max));
    }

    [Fact]
    public void A_tap_is_the_same_whichever_others_are_asked_for()
    {
        var input = Noise(4, 1, 13, 19);
        var together = _network.Forward(input, Taps("conv1_2", "relu1_2", "conv2_1", "relu2_2"), Pooling.Max);

        foreach (var (tap, features) in together)
        {
            var alone = _network.Forward(input, new HashSet<Tap> { tap }, Pooling.Max)[tap];
            Assert.Equal(features.ToBytes(), alone.ToBytes());
        }

        Assert.Equal(nn.functional.relu(together[Tap.Parse("conv1_2")]).ToBytes(), together[Tap.Parse("relu1_2")].ToBytes());
    }

    [Theory]
    [InlineData(Pooling.Max)]
    [InlineData(Pooling.Avg)]
    public void Images_of_a_batch_do_not_touch_each_other(Pooling pooling)
    {
        var batch = Noise(5, 3, 11, 14);
        var taps = Taps("relu1_1", "conv2_2", "relu3_1");
        var together = _network.Forward(batch, taps, pooling);

        for (var i = 0; i < 3; i++)
            foreach (var (tap, features) in _network.Forward(batch.narrow(0, i, 1), taps, pooling))
                AssertClose(features, together[tap].narrow(0, i, 1), 1e-6);
    }

    [Fact]
    public void Bfloat16_stays_near_float32()
    {
        using var half = new Vgg19(Engine.Seeded(Seed), ScalarType.BFloat16, CPU);
        var input = Noise(6, 1, 20, 22);
        var taps = Taps("relu1_1", "conv2_1", "relu3_1");
        var exact = _network.Forward(input, taps, Pooling.Avg);

        foreach (var (tap, features) in half.Forward(input, taps, Pooling.Avg))
        {
            Assert.Equal(bfloat16, features.dtype);
            // Each layer rounds its input and its output to 8 bits.
            AssertClose(exact[tap], features, 0.01);
        }
    }

    static HashSet<Tap> Taps(params string[] names) => [.. names.Select(Tap.Parse)];

    static Tensor Noise(ulong seed, int count, int height, int width)
    {
        var values = new float[count * 3 * height * width];
        new SplitMix64Stream(seed).FillSymmetric(values, 0, 2);
        return tensor(values, [count, 3, height, width]);
    }

    static void AssertClose(Tensor expected, Tensor actual, double relative)
    {
        var difference = (expected.to(float64) - actual.to(float64)).square().sum().sqrt().ToDouble();
        var norm = expected.to(float64).square().sum().sqrt().ToDouble();
        Assert.True(difference <= relative * norm, $"L2 of the difference is {difference / norm:E2} of the expected one's, allowed {relative:E0}");
    }
}
