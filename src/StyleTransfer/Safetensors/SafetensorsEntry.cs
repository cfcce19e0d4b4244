namespace StyleFarm.StyleTransfer.Safetensors;

/// <summary>One named tensor of a safetensors file: its raw little-endian bytes, row-major.</summary>
/// <param name="Name">The name, 1 to 1024 characters, unique in the file; <c>__metadata__</c> is the format's own and refused.</param>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The extents, outermost first; empty for a single number.</param>
/// <param name="Data">Exactly product(Shape) × element size bytes.</param>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, long[] Shape, ReadOnlyMemory<byte> Data);
