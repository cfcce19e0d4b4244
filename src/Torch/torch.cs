using System.Runtime.InteropServices;

namespace StyleFarm.Torch;

/// <summary>
/// The part of libtorch that StyleFarm uses, under TorchSharp's names: with TorchSharp on the feed, moving over is a change of `using`
/// (and a <see cref="nn.FrozenConv2d"/> of plain convolutions).
/// </summary>
public static partial class torch
{
    /// <summary>Element types; the numbers are libtorch's own.</summary>
    public enum ScalarType
    {
        Byte = 0,
        Int64 = 4,
        Float32 = 6,
        Float64 = 7,
        Bool = 11,
        BFloat16 = 15,
    }

    public const ScalarType uint8 = ScalarType.Byte;
    public const ScalarType int64 = ScalarType.Int64;
    public const ScalarType float32 = ScalarType.Float32;
    public const ScalarType float64 = ScalarType.Float64;
    public const ScalarType bfloat16 = ScalarType.BFloat16;

    /// <summary>A device: the CPU, or the CUDA device with a number from 0.</summary>
    public readonly record struct Device(int Number)
    {
        public bool IsCuda => Number >= 0;

        public override string ToString() => IsCuda ? $"cuda:{Number}" : "cpu";
    }

    public static Device CPU => new(-1);

    public static Device CUDA => new(0);

    /// <summary>libtorch's version, such as 1.13.1.</summary>
    public static string __version__ => Marshal.PtrToStringUTF8(Native.sf_version()) ?? "unknown";

    public static Tensor full(ReadOnlySpan<long> size, double value, ScalarType dtype = ScalarType.Float32, Device? device = null) =>
        Native.Result(Native.sf_tensor_full(size, size.Length, value, (int)dtype, (device ?? CPU).Number, out var result, out var error), result, error);

    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device? device = null) => full(size, 0, dtype, device);

    public static Tensor ones(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device? device = null) => full(size, 1, dtype, device);

    /// <summary>Uninitialised memory.</summary>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device? device = null) =>
        Native.Result(Native.sf_tensor_empty(size, size.Length, (int)dtype, (device ?? CPU).Number, out var result, out var error), result, error);

    public static Tensor zeros_like(Tensor like) => zeros(like.shape, like.dtype, like.device);

    /// <summary>Copies row-major elements. Throws <see cref="TorchException"/> if their count does not fit the shape.</summary>
    public static Tensor tensor(ReadOnlySpan<float> data, ReadOnlySpan<long> size, Device? device = null) =>
        from_bytes(MemoryMarshal.AsBytes(data), size, ScalarType.Float32, device);

    /// <inheritdoc cref="tensor(ReadOnlySpan{float}, ReadOnlySpan{long}, Device?)"/>
    public static Tensor tensor(ReadOnlySpan<double> data, ReadOnlySpan<long> size, Device? device = null) =>
        from_bytes(MemoryMarshal.AsBytes(data), size, ScalarType.Float64, device);

    /// <summary>Copies the bytes of row-major elements of <paramref name="dtype"/>.</summary>
    public static Tensor from_bytes(ReadOnlySpan<byte> data, ReadOnlySpan<long> size, ScalarType dtype, Device? device = null) =>
        Native.Result(
            Native.sf_tensor_from_bytes(data, data.Length, size, size.Length, (int)dtype, (device ?? CPU).Number, out var result, out var error),
            result, error);

    public static Tensor cat(IReadOnlyList<Tensor> tensors, long dim = 0)
    {
        var status = Native.sf_cat(Pointers(tensors), tensors.Count, dim, out var result, out var error);
        GC.KeepAlive(tensors);
        return Native.Result(status, result, error);
    }

    public static Tensor stack(IReadOnlyList<Tensor> tensors, long dim = 0)
    {
        var status = Native.sf_stack(Pointers(tensors), tensors.Count, dim, out var result, out var error);
        GC.KeepAlive(tensors);
        return Native.Result(status, result, error);
    }

    public static Tensor where(Tensor condition, Tensor x, Tensor y) =>
        Native.Result(Native.sf_where(condition.Handle, x.Handle, y.Handle, out var result, out var error), result, error);

    public static Tensor bmm(Tensor batch1, Tensor batch2) =>
        Native.Result(Native.sf_bmm(batch1.Handle, batch2.Handle, out var result, out var error), result, error);

    /// <summary>Begins a scope that disposes the tensors made in it.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>Switches off the recording of gradients on this thread until disposed.</summary>
    public static IDisposable no_grad() => new GradMode(on: false);

    public static int get_num_threads() => Native.sf_get_num_threads();

    public static void set_num_threads(int num) => Native.Check(Native.sf_set_num_threads(num, out var error), error);

    static nint[] Pointers(IReadOnlyList<Tensor> tensors)
    {
        var pointers = new nint[tensors.Count];
        for (var i = 0; i < pointers.Length; i++)
            pointers[i] = tensors[i].Handle.DangerousGetHandle();
        return pointers;
    }

    sealed class GradMode(bool on) : IDisposable
    {
        readonly int _before = Native.sf_set_grad_enabled(on ? 1 : 0);

        public void Dispose() => _ = Native.sf_set_grad_enabled(_before);
    }
}
