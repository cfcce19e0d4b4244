using static StyleFarm.Torch.torch;

namespace StyleFarm.Torch.Tests;

public sealed class TensorTests : NativeTest
{
    [Fact]
    public void Factories_make_the_asked_shape_type_and_values()
    {
        Assert.Equal([2.5f, 2.5f, 2.5f], full([3], 2.5).ToArray<float>());
        Assert.Equal([0.0, 0], zeros([2], float64).ToArray<double>());
        Assert.Equal([1L, 1], ones([1, 2], int64).ToArray<long>());
        Assert.Equal([2, 0, 3], empty([2, 0, 3]).shape);
        Assert.Equal(0, empty([2, 0, 3]).numel());

        var like = zeros_like(Random(1, float64, 2, 3));

        Assert.Equal([2, 3], like.shape);
        Assert.Equal(float64, like.dtype);
        Assert.Equal(CPU, like.device);
    }

    [Fact]
    public void A_scalar_has_no_dimension()
    {
        var scalar = full([], 7);

        Assert.Empty(scalar.shape);
        Assert.Equal(1, scalar.numel());
        Assert.Equal(7, scalar.ToDouble());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    public void Bytes_go_in_and_come_out_unchanged(ScalarType type)
    {
        var made = tensor([0f, 1, 2, 3, 120, 5], [2, 3]).to(type);
        var bytes = made.ToBytes();

        var again = from_bytes(bytes, [2, 3], type);

        Assert.Equal(type, again.dtype);
        Assert.Equal(bytes, again.ToBytes());
        Assert.Equal([0, 1, 2, 3, 120, 5], Values(again));
    }

    [Fact]
    public void Elements_are_row_major_whatever_the_layout()
    {
        var image = tensor([.. Enumerable.Range(0, 24).Select(i => (float)i)], [1, 2, 3, 4]);

        Assert.Equal(image.ToArray<float>(), image.channels_last().ToArray<float>());
        Assert.Equal(image.ToArray<float>(), image.channels_last().contiguous().ToArray<float>());
        Assert.Equal([0f, 12, 1, 13], image.permute(0, 2, 3, 1).ToArray<float>()[..4]);
    }

    [Fact]
    public void An_array_of_another_type_or_size_is_refused()
    {
        var made = ones([2], float32);

        Assert.Throws<ArgumentException>(() => made.ToArray<double>());
        Assert.Throws<TorchException>(() => made.CopyTo(new byte[4]));
        Assert.Throws<TorchException>(() => tensor([1f, 2, 3], [2]));
        Assert.Throws<TorchException>(() => from_bytes(new byte[7], [2], float32));
    }

    [Fact]
    public void Bfloat16_keeps_eight_bits()
    {
        Assert.Equal([1, 1, 3.140625], Values(tensor([1.0, 1 + 1.0 / 512, Math.PI], [3]).to(bfloat16)));
    }

    [Fact]
    public void A_clone_is_its_own_and_an_alias_is_not()
    {
        var original = tensor([1f, 2], [2]);
        var (clone, alias) = (original.clone(), original.alias());

        original.fill_(9);

        Assert.Equal([1f, 2], clone.ToArray<float>());
        Assert.Equal([9f, 9], alias.ToArray<float>());
    }

    [Fact]
    public void To_the_same_type_is_another_handle_of_the_same_tensor()
    {
        var original = tensor([1f, 2], [2]);

        original.to(float32).fill_(4);

        Assert.Equal([4f, 4], original.ToArray<float>());
        Assert.Equal([4.0, 4], original.to(float64).ToArray<double>());
        Assert.Equal([4f, 4], original.to(CPU).cpu().ToArray<float>());
    }

    [Fact]
    public void Copy_converts_and_broadcasts()
    {
        var target = zeros([2, 2]);

        target.copy_(tensor([1.5, 2.5], [2]));

        Assert.Equal([1.5f, 2.5f, 1.5f, 2.5f], target.ToArray<float>());
    }

    [Fact]
    public void The_library_tells_its_version() => Assert.Matches(@"^\d+\.\d+\.\d+", __version__);
}
