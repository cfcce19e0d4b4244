using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

namespace StyleFarm.Torch.Tests;

public sealed class ThreadTests : NativeTest
{
    [Fact]
    public void The_number_of_threads_can_be_set()
    {
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            Assert.Equal(1, get_num_threads());
            set_num_threads(2);
            Assert.Equal(2, get_num_threads());
            Assert.Throws<TorchException>(() => set_num_threads(0));
            Assert.Equal(2, get_num_threads());
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Fact]
    public void A_computation_gives_the_same_bytes_every_time()
    {
        using var conv = new FrozenConv2d(Random(71, float32, 64, 64, 3, 3), Random(72, float32, 64));
        var input = Random(73, float32, 1, 64, 33, 29);
        var first = Bytes();

        for (var i = 0; i < 3; i++)
            Assert.Equal(first, Bytes());

        byte[] Bytes()
        {
            using var scope = NewDisposeScope();
            return GradientOf(input, x => functional.gram(conv.forward(x, relu: true)), 74).ToBytes();
        }
    }

    [Fact]
    public void Tensors_made_and_freed_on_many_threads_are_all_counted()
    {
        var before = Tensor.TotalCount;

        Parallel.For(0, 200, i =>
        {
            using var scope = NewDisposeScope();
            Assert.Equal(2.0 * i, (full([8], i) + full([8], i)).mean().ToDouble());
        });

        Assert.Equal(before, Tensor.TotalCount);
    }
}
