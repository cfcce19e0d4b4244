using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>Reads floating-point tensors of a file as single precision, row-major, in bounded memory.</summary>
sealed class TensorReader(InputFile file)
{
    const int ChunkBytes = 1 << 20;
    const long MaxSpanBytes = 128 << 20;

    readonly HashSet<StoredBlock> _checked = [];

    /// <summary>Reads a tensor whose shape the caller has found to be a sane one.</summary>
    public float[] ReadFloats(StoredTensor tensor)
    {
        CheckSum(tensor.Block);
        var count = checked((int)FileText.Product(tensor.Shape));
        var values = GC.AllocateUninitializedArray<float>(count);
        if (count == 0) return values;
        if (tensor.IsContiguous) ReadRun(tensor.FirstByte, tensor.Type, values);
        else Gather(tensor, values);
        return values;
    }

    void Gather(StoredTensor tensor, float[] values)
    {
        var rank = tensor.Shape.Length;
        var span = 1L;
        for (var i = 0; i < rank; i++) span += (tensor.Shape[i] - 1) * tensor.Strides[i];
        if (span * tensor.Type.SizeBytes() > MaxSpanBytes)
        {
            var what = $"{FileText.Quote(tensor.Name)} is spread with gaps over {span} elements, too many to gather";
            throw FileText.BadInput(file.Path, what, "save it again after calling contiguous() on its tensors");
        }
        var source = GC.AllocateUninitializedArray<float>((int)span);
        ReadRun(tensor.FirstByte, tensor.Type, source);
        var index = new long[rank];
        var at = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = source[at];
            for (var d = rank - 1; d >= 0; d--)
            {
                at += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d]) break;
                at -= tensor.Strides[d] * tensor.Shape[d];
                index[d] = 0;
            }
        }
    }

    void ReadRun(long firstByte, SafetensorsType type, Span<float> values)
    {
        if (type == SafetensorsType.F32)
        {
            file.Read(firstByte, MemoryMarshal.AsBytes(values));
            return;
        }
        var size = type.SizeBytes();
        var chunk = new byte[ChunkBytes];
        while (!values.IsEmpty)
        {
            var count = Math.Min(values.Length, ChunkBytes / size);
            var bytes = chunk.AsSpan(0, count * size);
            file.Read(firstByte, bytes);
            Convert(bytes, type, values[..count]);
            values = values[count..];
            firstByte += bytes.Length;
        }
    }

    static void Convert(ReadOnlySpan<byte> bytes, SafetensorsType type, Span<float> values)
    {
        switch (type)
        {
            case SafetensorsType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            case SafetensorsType.BF16:
                var upper = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (var i = 0; i < values.Length; i++) values[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                break;
            case SafetensorsType.F64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), values);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "not a floating-point type");
        }
    }

    /// <summary>
    /// Checks a block against the sum that the file states for it. A sum of 0 means that the writer was told to leave it out.
    /// </summary>
    public void CheckSum(StoredBlock block)
    {
        if (block.Crc is null or 0 || !_checked.Add(block)) return;
        var crc = new Crc32();
        var chunk = new byte[Math.Min(ChunkBytes, block.SizeBytes)];
        for (var done = 0L; done < block.SizeBytes; done += chunk.Length)
        {
            var part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, block.SizeBytes - done));
            file.Read(block.FirstByte + done, part);
            crc.Append(part);
        }
        if (crc.Value == block.Crc) return;
        var where = $"bytes {block.FirstByte} to {block.FirstByte + block.SizeBytes}";
        throw FileText.BadInput(
            file.Path, $"damaged: {where} have the CRC-32 {crc.Value:x8}, the file states {block.Crc:x8}", "get the file again");
    }
}
