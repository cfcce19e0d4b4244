using static StyleFarm.Torch.torch;
using static StyleFarm.Torch.torch.nn;

namespace StyleFarm.Torch.Tests;

public sealed class ErrorTests : NativeTest
{
    [Fact]
    public void A_wrong_shape_is_a_failure_of_one_line()
    {
        var failure = Assert.Throws<TorchException>(() => ones([2, 3]) + ones([2, 4]));

        Assert.False(failure.IsOutOfMemory);
        Assert.Equal("The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1", failure.Message);
    }

    public static TheoryData<string> Calls => ["matmul", "bmm", "conv2d", "reshape", "narrow", "cat", "permute", "expand", "gram", "pool",
        "device", "item", "negative size", "grad of integers", "in place on a leaf"];

    [Theory]
    [MemberData(nameof(Calls))]
    public void Every_kind_of_misuse_is_told_in_one_line(string call)
    {
        var x = ones([1, 2, 3, 3]);

        var failure = Assert.Throws<TorchException>(() => call switch
        {
            "matmul" => x.matmul(ones([4, 4])),
            "bmm" => bmm(x, x),
            "conv2d" => functional.conv2d(x, ones([1, 3, 3, 3])),
            "reshape" => x.reshape(5),
            "narrow" => x.narrow(2, 2, 2),
            "cat" => cat([x, ones([2])]),
            "permute" => x.permute(0, 1),
            "expand" => x.expand(1, 5, 3, 3),
            "gram" => functional.gram(ones([2, 3])),
            "pool" => functional.max_pool2d(ones([1, 2, 1, 1]), 2, 2),
            "device" => x.to(new Device(123)),
            "item" => full([], x.ToDouble()),
            "negative size" => ones([-1]),
            "grad of integers" => ones([1], int64).requires_grad_(),
            "in place on a leaf" => ones([1]).requires_grad_().add_(1),
            _ => throw new ArgumentOutOfRangeException(nameof(call), call, "not a call"),
        });

        Assert.False(failure.IsOutOfMemory);
        Assert.NotEmpty(failure.Message);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.DoesNotContain("Exception raised from", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_nobody_has_is_told_apart()
    {
        var failure = Assert.Throws<TorchException>(() => empty([1L << 50], uint8));

        Assert.True(failure.IsOutOfMemory);
        Assert.Equal("out of memory: 1125899906842624 bytes for a tensor", failure.Message);
        Assert.Equal(1, ones([1]).ToDouble());
    }

    [Fact]
    public void A_device_that_is_not_there_is_told()
    {
        Assert.SkipWhen(cuda.is_available(), "this machine has a CUDA device");

        Assert.Equal(0, cuda.device_count());
        Assert.Throws<TorchException>(() => cuda.properties(0));
        Assert.Throws<TorchException>(() => memory.statistics(CUDA));
    }

    [Fact]
    public void A_disposed_tensor_is_refused()
    {
        var gone = ones([1]);
        gone.Dispose();

        Assert.Throws<ObjectDisposedException>(() => gone + 1);
    }
}
