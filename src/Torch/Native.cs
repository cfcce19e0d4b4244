using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StyleFarm.Torch;

/// <summary>The exports of the C++ bridge, and the one place where their status is checked.</summary>
static partial class Native
{
    const string Library = "stylefarm_torch";

    internal const int OutOfMemory = 2;

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "the allocator must be in place before the first tensor")]
    internal static void Initialize()
    {
        try
        {
            Check(sf_initialize(out var error), error);
        }
        catch (DllNotFoundException)
        {
            // Whoever touches a tensor gets the same exception with a message; a command that needs none goes on.
        }
    }

    /// <summary>Throws what the bridge reported, and frees its message.</summary>
    internal static void Check(int status, nint error)
    {
        if (status == 0) return;
        var message = Marshal.PtrToStringUTF8(error) ?? "libtorch failed without a message";
        sf_free(error);
        throw new TorchException(message.Split('\n')[0].Trim(), status == OutOfMemory);
    }

    /// <summary>Wraps a new native tensor after checking the status of the call that made it.</summary>
    internal static torch.Tensor Result(int status, TensorHandle handle, nint error)
    {
        Check(status, error);
        return new torch.Tensor(handle);
    }

    [LibraryImport(Library)] internal static partial int sf_initialize(out nint error);
    [LibraryImport(Library)] internal static partial void sf_free(nint message);
    [LibraryImport(Library)] internal static partial nint sf_version();
    [LibraryImport(Library)] internal static partial int sf_packs_weights();
    [LibraryImport(Library)] internal static partial long sf_live_tensors();
    [LibraryImport(Library)] internal static partial long sf_live_frozen_convs();
    [LibraryImport(Library)] internal static partial int sf_get_num_threads();
    [LibraryImport(Library)] internal static partial int sf_set_num_threads(int count, out nint error);
    [LibraryImport(Library)] internal static partial int sf_cuda_device_count();
    [LibraryImport(Library)] internal static partial int sf_cuda_device(int device, Span<byte> name, int capacity, out long total, out long available, out nint error);
    [LibraryImport(Library)] internal static partial int sf_manual_seed(long seed, out nint error);
    [LibraryImport(Library)] internal static partial int sf_set_cuda_math(int allowTf32, int deterministic, out nint error);
    [LibraryImport(Library)] internal static partial int sf_synchronize(int device, out nint error);
    [LibraryImport(Library)] internal static partial int sf_memory(int device, out long live, out long peak, out long cached, out nint error);
    [LibraryImport(Library)] internal static partial int sf_reset_peak_memory(int device, out nint error);
    [LibraryImport(Library)] internal static partial int sf_empty_cache(int device, out nint error);

    [LibraryImport(Library)] internal static partial void sf_tensor_free(nint tensor);
    [LibraryImport(Library)] internal static partial int sf_tensor_full(ReadOnlySpan<long> shape, int rank, double value, int dtype, int device, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_empty(ReadOnlySpan<long> shape, int rank, int dtype, int device, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_from_bytes(ReadOnlySpan<byte> data, long bytes, ReadOnlySpan<long> shape, int rank, int dtype, int device, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_to_bytes(TensorHandle tensor, Span<byte> data, long bytes, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_item(TensorHandle tensor, out double value, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_rank(TensorHandle tensor);
    [LibraryImport(Library)] internal static partial void sf_tensor_shape(TensorHandle tensor, Span<long> shape);
    [LibraryImport(Library)] internal static partial int sf_tensor_dtype(TensorHandle tensor);
    [LibraryImport(Library)] internal static partial int sf_tensor_device(TensorHandle tensor);
    [LibraryImport(Library)] internal static partial int sf_tensor_to(TensorHandle tensor, int dtype, int device, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_clone(TensorHandle tensor, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_alias(TensorHandle tensor, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_contiguous(TensorHandle tensor, int memoryFormat, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_tensor_copy_(TensorHandle tensor, TensorHandle source, out nint error);

    [LibraryImport(Library)] internal static partial int sf_add(TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_sub(TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_mul(TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_div(TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_matmul(TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_bmm(TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_lt(TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_add_scalar(TensorHandle a, double s, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_mul_scalar(TensorHandle a, double s, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_div_scalar(TensorHandle a, double s, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_pow_scalar(TensorHandle a, double s, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_square(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_sqrt(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_sqrt_(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_abs(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_isfinite(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_all(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_sum_all(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_mean_all(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_max_all(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_min_all(TensorHandle a, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_std_all(TensorHandle a, int unbiased, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_sum_dims(TensorHandle a, ReadOnlySpan<long> dims, int count, int keepdim, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_mean_dims(TensorHandle a, ReadOnlySpan<long> dims, int count, int keepdim, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_add_scalar_(TensorHandle a, double s, out nint error);
    [LibraryImport(Library)] internal static partial int sf_mul_scalar_(TensorHandle a, double s, out nint error);
    [LibraryImport(Library)] internal static partial int sf_fill_(TensorHandle a, double s, out nint error);
    [LibraryImport(Library)] internal static partial int sf_mul_(TensorHandle a, TensorHandle b, out nint error);
    [LibraryImport(Library)] internal static partial int sf_div_(TensorHandle a, TensorHandle b, out nint error);
    [LibraryImport(Library)] internal static partial int sf_add_(TensorHandle a, TensorHandle b, double alpha, out nint error);
    [LibraryImport(Library)] internal static partial int sf_addcmul_(TensorHandle a, TensorHandle b, TensorHandle c, double value, out nint error);
    [LibraryImport(Library)] internal static partial int sf_addcdiv_(TensorHandle a, TensorHandle b, TensorHandle c, double value, out nint error);
    [LibraryImport(Library)] internal static partial int sf_clamp_(TensorHandle a, TensorHandle low, TensorHandle high, out nint error);
    [LibraryImport(Library)] internal static partial int sf_where(TensorHandle condition, TensorHandle a, TensorHandle b, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_reshape(TensorHandle a, ReadOnlySpan<long> shape, int rank, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_expand(TensorHandle a, ReadOnlySpan<long> shape, int rank, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_permute(TensorHandle a, ReadOnlySpan<long> order, int rank, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_flatten(TensorHandle a, long start, long end, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_transpose(TensorHandle a, long first, long second, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_narrow(TensorHandle a, long dim, long start, long length, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_flip(TensorHandle a, ReadOnlySpan<long> dims, int count, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_cat(ReadOnlySpan<nint> tensors, int count, long dim, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_stack(ReadOnlySpan<nint> tensors, int count, long dim, out TensorHandle result, out nint error);

    [LibraryImport(Library)] internal static partial int sf_conv2d(TensorHandle input, TensorHandle weight, nint bias, long stride, long padding, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_relu(TensorHandle input, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_max_pool2d(TensorHandle input, long kernel, long stride, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_avg_pool2d(TensorHandle input, long kernel, long stride, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_interpolate_bicubic(TensorHandle input, long height, long width, out TensorHandle result, out nint error);

    [LibraryImport(Library)] internal static partial int sf_gram(TensorHandle features, out TensorHandle result, out nint error);

    [LibraryImport(Library)] internal static partial int sf_requires_grad_(TensorHandle tensor, int on, out nint error);
    [LibraryImport(Library)] internal static partial int sf_requires_grad(TensorHandle tensor);
    [LibraryImport(Library)] internal static partial int sf_detach(TensorHandle tensor, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_backward(TensorHandle tensor, out nint error);
    [LibraryImport(Library)] internal static partial int sf_grad(TensorHandle tensor, out TensorHandle result, out nint error);
    [LibraryImport(Library)] internal static partial int sf_clear_grad(TensorHandle tensor, out nint error);
    [LibraryImport(Library)] internal static partial int sf_set_grad_enabled(int on);

    [LibraryImport(Library)] internal static partial int sf_frozen_conv2d_create(TensorHandle weight, TensorHandle bias, out FrozenConvHandle result, out nint error);
    [LibraryImport(Library)] internal static partial void sf_frozen_conv2d_free(nint conv);
    [LibraryImport(Library)] internal static partial int sf_frozen_conv2d_forward(FrozenConvHandle conv, TensorHandle input, int relu, out TensorHandle result, out nint error);
}
