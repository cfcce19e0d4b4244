using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>A stretch of a file that holds the elements of one or more tensors.</summary>
/// <param name="FirstByte">Its offset in the file.</param>
/// <param name="SizeBytes">Its length.</param>
/// <param name="Crc">The CRC-32 that the file states for it, if it does.</param>
sealed record StoredBlock(long FirstByte, long SizeBytes, uint? Crc = null);

/// <summary>A tensor of a weights file, not read yet.</summary>
/// <param name="Name">Its key in the state dict.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="Shape">Its extents, outermost first.</param>
/// <param name="Strides">How many elements further the next one along each dimension lies.</param>
/// <param name="FirstByte">The offset in the file of element (0, …, 0).</param>
/// <param name="Block">Where its elements lie, all of them.</param>
sealed record StoredTensor(string Name, SafetensorsType Type, long[] Shape, long[] Strides, long FirstByte, StoredBlock Block)
{
    /// <summary>Whether the elements lie one behind the other in row-major order.</summary>
    public bool IsContiguous => RowMajor(Shape).Zip(Strides, Shape).All(t => t.Third <= 1 || t.First == t.Second);

    /// <summary>The strides of a row-major tensor.</summary>
    public static long[] RowMajor(long[] shape)
    {
        var strides = new long[shape.Length];
        var next = 1L;
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            strides[i] = next;
            next *= Math.Max(1, shape[i]);
        }
        return strides;
    }
}
