using System.Numerics;
using System.Runtime.InteropServices;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>Rows of 1 or 2 byte samples as R, G, B, alpha on the byte scale.</summary>
static class SampleRow
{
    /// <summary>Bytes as they are; 16-bit samples v as v/257. Without alpha the fourth lane is 0.</summary>
    public static void Unpack(ReadOnlySpan<byte> line, int samples, int sampleBytes, Span<Vector4> row)
    {
        if (sampleBytes == 1)
            for (var x = 0; x < row.Length; x++)
            {
                var at = line.Slice(x * samples, samples);
                row[x] = new Vector4(at[0], at[1], at[2], samples == 4 ? at[3] : 0);
            }
        else
        {
            var wide = MemoryMarshal.Cast<byte, ushort>(line);
            for (var x = 0; x < row.Length; x++)
            {
                var at = wide.Slice(x * samples, samples);
                row[x] = new Vector4(at[0] / 257f, at[1] / 257f, at[2] / 257f, samples == 4 ? at[3] / 257f : 0);
            }
        }
    }
}
