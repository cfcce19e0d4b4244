using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StyleFarm.Torch;

public static partial class torch
{
    /// <summary>
    /// A libtorch tensor. Belongs to the innermost <see cref="DisposeScope"/> of the thread that made it, if there is one; otherwise
    /// to whoever holds it. Not thread-safe.
    /// </summary>
    public sealed partial class Tensor : IDisposable
    {
        DisposeScope? _scope;

        internal Tensor(TensorHandle handle)
        {
            Handle = handle;
            _scope = DisposeScope.Innermost;
            _scope?.Include(this);
        }

        internal TensorHandle Handle { get; }

        /// <summary>Native tensors that are alive in this process.</summary>
        public static long TotalCount => Native.sf_live_tensors();

        /// <summary>The sizes of all dimensions.</summary>
        public long[] shape
        {
            get
            {
                var sizes = new long[Native.sf_tensor_rank(Handle)];
                Native.sf_tensor_shape(Handle, sizes);
                return sizes;
            }
        }

        public ScalarType dtype => (ScalarType)Native.sf_tensor_dtype(Handle);

        public Device device => new(Native.sf_tensor_device(Handle));

        public bool requires_grad
        {
            get => Native.sf_requires_grad(Handle) != 0;
            set => Native.Check(Native.sf_requires_grad_(Handle, value ? 1 : 0, out var error), error);
        }

        /// <summary>The accumulated gradient; null before the first <see cref="backward"/>. Set to null to forget it.</summary>
        public Tensor? grad
        {
            get
            {
                Native.Check(Native.sf_grad(Handle, out var result, out var error), error);
                return result.IsInvalid ? null : new Tensor(result);
            }
            set
            {
                if (value is not null) throw new ArgumentException("a gradient can only be forgotten: assign null", nameof(value));
                Native.Check(Native.sf_clear_grad(Handle, out var error), error);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        /// <summary>Adds d(this)/d(leaf) to the gradient of every leaf. This must be a scalar.</summary>
        public void backward() => Native.Check(Native.sf_backward(Handle, out var error), error);

        public Tensor detach() => Native.Result(Native.sf_detach(Handle, out var result, out var error), result, error);

        public Tensor clone() => Native.Result(Native.sf_tensor_clone(Handle, out var result, out var error), result, error);

        /// <summary>Another handle of the same native tensor.</summary>
        public Tensor alias() => Native.Result(Native.sf_tensor_alias(Handle, out var result, out var error), result, error);

        public Tensor to(ScalarType type) => to(type, device);

        public Tensor to(Device device) => to(dtype, device);

        /// <summary>A copy of that type on that device; another handle of the same tensor if it is so already.</summary>
        public Tensor to(ScalarType type, Device device) =>
            Native.Result(Native.sf_tensor_to(Handle, (int)type, device.Number, out var result, out var error), result, error);

        public Tensor cpu() => to(CPU);

        public Tensor contiguous() => Native.Result(Native.sf_tensor_contiguous(Handle, 0, out var result, out var error), result, error);

        /// <summary>The same N,C,H,W values with the channels innermost in memory.</summary>
        public Tensor channels_last() => Native.Result(Native.sf_tensor_contiguous(Handle, 1, out var result, out var error), result, error);

        public Tensor copy_(Tensor source)
        {
            Native.Check(Native.sf_tensor_copy_(Handle, source.Handle, out var error), error);
            return this;
        }

        /// <summary>The only element, as a double. Waits for the device.</summary>
        public double ToDouble()
        {
            Native.Check(Native.sf_tensor_item(Handle, out var value, out var error), error);
            return value;
        }

        public long numel()
        {
            var count = 1L;
            foreach (var size in shape) count *= size;
            return count;
        }

        /// <summary>The elements, row-major. <typeparamref name="T"/> must be the element type. Waits for the device.</summary>
        public T[] ToArray<T>() where T : unmanaged
        {
            if (Unsafe.SizeOf<T>() != ElementBytes(dtype))
                throw new ArgumentException($"the tensor holds {dtype}, not {typeof(T).Name}");
            var values = new T[numel()];
            CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        /// <summary>The elements' bytes, row-major and little-endian.</summary>
        public byte[] ToBytes()
        {
            var values = new byte[numel() * ElementBytes(dtype)];
            CopyTo(values);
            return values;
        }

        /// <summary>Copies the elements' bytes, row-major; the buffer must have exactly their size.</summary>
        public void CopyTo(Span<byte> bytes) => Native.Check(Native.sf_tensor_to_bytes(Handle, bytes, bytes.Length, out var error), error);

        /// <summary>Takes the tensor out of its scope, to the next outer one or to nobody.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            var outer = _scope?.Outer;
            DetachFromDisposeScope();
            _scope = outer;
            outer?.Include(this);
            return this;
        }

        /// <summary>Takes the tensor out of every scope: from now on the caller disposes it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            _scope?.Exclude(this);
            _scope = null;
            return this;
        }

        public void Dispose()
        {
            _scope?.Exclude(this);
            ReleaseFromScope();
        }

        internal void ReleaseFromScope()
        {
            _scope = null;
            Handle.Dispose();
        }

        static int ElementBytes(ScalarType type) => type switch
        {
            ScalarType.Byte or ScalarType.Bool => 1,
            ScalarType.BFloat16 => 2,
            ScalarType.Float32 => 4,
            ScalarType.Int64 or ScalarType.Float64 => 8,
            _ => throw new NotSupportedException($"element type {type}"),
        };
    }
}
