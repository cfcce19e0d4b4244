namespace StyleFarm.Torch;

public static partial class torch
{
    /// <summary>The kernel of a resize.</summary>
    public enum InterpolationMode
    {
        /// <summary>The cubic convolution with a = -0.75.</summary>
        Bicubic,
    }

    /// <summary>Layers.</summary>
    public static partial class nn
    {
        /// <summary>Layers as plain functions of N,C,H,W tensors.</summary>
        public static class functional
        {
            /// <summary>Cross-correlation with zero padding; weight is out × in × K × K.</summary>
            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long stride = 1, long padding = 0)
            {
                var status = Native.sf_conv2d(input.Handle, weight.Handle, bias?.Handle.DangerousGetHandle() ?? 0, stride, padding,
                    out var result, out var error);
                GC.KeepAlive(bias);
                return Native.Result(status, result, error);
            }

            public static Tensor relu(Tensor x) => Native.Result(Native.sf_relu(x.Handle, out var result, out var error), result, error);

            public static Tensor max_pool2d(Tensor input, long kernelSize, long stride) =>
                Native.Result(Native.sf_max_pool2d(input.Handle, kernelSize, stride, out var result, out var error), result, error);

            public static Tensor avg_pool2d(Tensor input, long kernelSize, long stride) =>
                Native.Result(Native.sf_avg_pool2d(input.Handle, kernelSize, stride, out var result, out var error), result, error);

            /// <summary>
            /// N×C×H×W to N×C×C: F·Fᵀ with F as C × (H·W), summed in float32 from bfloat16. Not TorchSharp's: there it is a
            /// <c>flatten</c> and a <c>bmm</c>, with the gradient in two products instead of one.
            /// </summary>
            public static Tensor gram(Tensor features) =>
                Native.Result(Native.sf_gram(features.Handle, out var result, out var error), result, error);

            /// <summary>Resizes to [height, width], corners not aligned.</summary>
            public static Tensor interpolate(Tensor x, ReadOnlySpan<long> size, InterpolationMode mode = InterpolationMode.Bicubic) => mode switch
            {
                InterpolationMode.Bicubic =>
                    Native.Result(Native.sf_interpolate_bicubic(x.Handle, size[0], size[1], out var result, out var error), result, error),
                _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "only bicubic"),
            };
        }

        /// <summary>
        /// A convolution whose weights never change: stride 1, zero padding that keeps the size, no gradient for the weights. The weights
        /// are put once into the order that the device likes best. Must outlive every result that a gradient still flows through.
        /// </summary>
        public sealed class FrozenConv2d : IDisposable
        {
            readonly FrozenConvHandle _handle;

            /// <summary>Copies the weight (out × in × K × K, K odd) and the bias (out); both stay the caller's.</summary>
            public FrozenConv2d(Tensor weight, Tensor bias) =>
                Native.Check(Native.sf_frozen_conv2d_create(weight.Handle, bias.Handle, out _handle, out var error), error);

            /// <summary>Frozen convolutions that are alive in this process.</summary>
            public static long TotalCount => Native.sf_live_frozen_convs();

            /// <summary>N × in × H × W to N × out × H × W, then a ReLU if asked (which costs nothing extra here).</summary>
            public Tensor forward(Tensor input, bool relu = false) =>
                Native.Result(Native.sf_frozen_conv2d_forward(_handle, input.Handle, relu ? 1 : 0, out var result, out var error), result, error);

            public void Dispose() => _handle.Dispose();
        }
    }
}
