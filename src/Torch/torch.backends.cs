using System.Text;

namespace StyleFarm.Torch;

public static partial class torch
{
    /// <summary>Bytes of tensors on one device.</summary>
    /// <param name="Live">Held by tensors now.</param>
    /// <param name="Peak">The most held at once since the last <see cref="memory.reset_peak"/>.</param>
    /// <param name="Cached">Kept for reuse by later tensors.</param>
    public readonly record struct MemoryStatistics(long Live, long Peak, long Cached);

    /// <summary>What tensors cost.</summary>
    public static class memory
    {
        public static MemoryStatistics statistics(Device device)
        {
            Native.Check(Native.sf_memory(device.Number, out var live, out var peak, out var cached, out var error), error);
            return new MemoryStatistics(live, peak, cached);
        }

        public static void reset_peak(Device device) => Native.Check(Native.sf_reset_peak_memory(device.Number, out var error), error);

        /// <summary>Gives memory kept for reuse back to the system.</summary>
        public static void empty_cache(Device device) => Native.Check(Native.sf_empty_cache(device.Number, out var error), error);
    }

    /// <summary>CUDA devices.</summary>
    public static class cuda
    {
        public static bool is_available() => device_count() > 0;

        /// <summary>0 without a device, without a driver, or when the bridge was built without CUDA.</summary>
        public static int device_count() => Native.sf_cuda_device_count();

        /// <summary>Waits until the device has done all that was asked of it; returns at once for the CPU.</summary>
        public static void synchronize(Device device) => Native.Check(Native.sf_synchronize(device.Number, out var error), error);

        /// <summary>The name, total and free bytes of a device.</summary>
        public static (string Name, long TotalBytes, long FreeBytes) properties(int device)
        {
            Span<byte> name = stackalloc byte[256];
            Native.Check(Native.sf_cuda_device(device, name, name.Length, out var total, out var available, out var error), error);
            return (Encoding.UTF8.GetString(name[..name.IndexOf((byte)0)]), total, available);
        }
    }

    /// <summary>Switches of the engines below libtorch.</summary>
    public static class backends
    {
        /// <summary>Whether frozen convolutions on the CPU keep packed weights (oneDNN).</summary>
        public static bool packs_frozen_weights => Native.sf_packs_weights() != 0;

        /// <summary>TF32 and determinism of CUDA's matrix products and convolutions.</summary>
        public static void set_cuda_math(bool allow_tf32, bool deterministic) =>
            Native.Check(Native.sf_set_cuda_math(allow_tf32 ? 1 : 0, deterministic ? 1 : 0, out var error), error);
    }
}
