namespace StyleFarm.Torch;

public static partial class torch
{
    public sealed partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

        public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

        public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

        public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

        public static Tensor operator +(Tensor left, double right) => left.add(right);

        public static Tensor operator -(Tensor left, double right) => left.add(-right);

        public static Tensor operator *(Tensor left, double right) => left.mul(right);

        public static Tensor operator *(double left, Tensor right) => right.mul(left);

        public static Tensor operator /(Tensor left, double right) => left.div(right);

        public Tensor add(Tensor other) => Native.Result(Native.sf_add(Handle, other.Handle, out var result, out var error), result, error);

        public Tensor sub(Tensor other) => Native.Result(Native.sf_sub(Handle, other.Handle, out var result, out var error), result, error);

        public Tensor mul(Tensor other) => Native.Result(Native.sf_mul(Handle, other.Handle, out var result, out var error), result, error);

        public Tensor div(Tensor other) => Native.Result(Native.sf_div(Handle, other.Handle, out var result, out var error), result, error);

        public Tensor add(double scalar) => Native.Result(Native.sf_add_scalar(Handle, scalar, out var result, out var error), result, error);

        public Tensor mul(double scalar) => Native.Result(Native.sf_mul_scalar(Handle, scalar, out var result, out var error), result, error);

        public Tensor div(double scalar) => Native.Result(Native.sf_div_scalar(Handle, scalar, out var result, out var error), result, error);

        public Tensor pow(double exponent) => Native.Result(Native.sf_pow_scalar(Handle, exponent, out var result, out var error), result, error);

        public Tensor matmul(Tensor other) => Native.Result(Native.sf_matmul(Handle, other.Handle, out var result, out var error), result, error);

        public Tensor lt(Tensor other) => Native.Result(Native.sf_lt(Handle, other.Handle, out var result, out var error), result, error);

        public Tensor square() => Native.Result(Native.sf_square(Handle, out var result, out var error), result, error);

        public Tensor sqrt() => Native.Result(Native.sf_sqrt(Handle, out var result, out var error), result, error);

        public Tensor abs() => Native.Result(Native.sf_abs(Handle, out var result, out var error), result, error);

        public Tensor isfinite() => Native.Result(Native.sf_isfinite(Handle, out var result, out var error), result, error);

        public Tensor all() => Native.Result(Native.sf_all(Handle, out var result, out var error), result, error);

        public Tensor sum() => Native.Result(Native.sf_sum_all(Handle, out var result, out var error), result, error);

        public Tensor mean() => Native.Result(Native.sf_mean_all(Handle, out var result, out var error), result, error);

        public Tensor max() => Native.Result(Native.sf_max_all(Handle, out var result, out var error), result, error);

        public Tensor min() => Native.Result(Native.sf_min_all(Handle, out var result, out var error), result, error);

        public Tensor std(bool unbiased = true) =>
            Native.Result(Native.sf_std_all(Handle, unbiased ? 1 : 0, out var result, out var error), result, error);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false) =>
            Native.Result(Native.sf_sum_dims(Handle, dim, dim.Length, keepdim ? 1 : 0, out var result, out var error), result, error);

        public Tensor mean(ReadOnlySpan<long> dim, bool keepdim = false) =>
            Native.Result(Native.sf_mean_dims(Handle, dim, dim.Length, keepdim ? 1 : 0, out var result, out var error), result, error);

        public Tensor reshape(params ReadOnlySpan<long> shape) =>
            Native.Result(Native.sf_reshape(Handle, shape, shape.Length, out var result, out var error), result, error);

        public Tensor expand(params ReadOnlySpan<long> sizes) =>
            Native.Result(Native.sf_expand(Handle, sizes, sizes.Length, out var result, out var error), result, error);

        public Tensor permute(params ReadOnlySpan<long> permutation) =>
            Native.Result(Native.sf_permute(Handle, permutation, permutation.Length, out var result, out var error), result, error);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) =>
            Native.Result(Native.sf_flatten(Handle, start_dim, end_dim, out var result, out var error), result, error);

        public Tensor transpose(long dim0, long dim1) =>
            Native.Result(Native.sf_transpose(Handle, dim0, dim1, out var result, out var error), result, error);

        /// <summary>A view of <paramref name="length"/> slices of one dimension from <paramref name="start"/>.</summary>
        public Tensor narrow(long dim, long start, long length) =>
            Native.Result(Native.sf_narrow(Handle, dim, start, length, out var result, out var error), result, error);

        public Tensor flip(params ReadOnlySpan<long> dims) =>
            Native.Result(Native.sf_flip(Handle, dims, dims.Length, out var result, out var error), result, error);

        /// <summary>this += alpha · other.</summary>
        public Tensor add_(Tensor other, double alpha = 1) => InPlace(Native.sf_add_(Handle, other.Handle, alpha, out var error), error);

        public Tensor add_(double scalar) => InPlace(Native.sf_add_scalar_(Handle, scalar, out var error), error);

        public Tensor mul_(Tensor other) => InPlace(Native.sf_mul_(Handle, other.Handle, out var error), error);

        public Tensor mul_(double scalar) => InPlace(Native.sf_mul_scalar_(Handle, scalar, out var error), error);

        public Tensor div_(Tensor other) => InPlace(Native.sf_div_(Handle, other.Handle, out var error), error);

        public Tensor fill_(double value) => InPlace(Native.sf_fill_(Handle, value, out var error), error);

        /// <summary>this += value · tensor1 · tensor2.</summary>
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, double value) =>
            InPlace(Native.sf_addcmul_(Handle, tensor1.Handle, tensor2.Handle, value, out var error), error);

        /// <summary>this += value · tensor1 / tensor2.</summary>
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, double value) =>
            InPlace(Native.sf_addcdiv_(Handle, tensor1.Handle, tensor2.Handle, value, out var error), error);

        /// <summary>Limits each element to [min, max]; the limits broadcast.</summary>
        public Tensor clamp_(Tensor min, Tensor max) => InPlace(Native.sf_clamp_(Handle, min.Handle, max.Handle, out var error), error);

        Tensor InPlace(int status, nint error)
        {
            Native.Check(status, error);
            return this;
        }
    }
}
