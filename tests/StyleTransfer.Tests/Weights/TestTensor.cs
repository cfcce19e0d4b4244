using System.Runtime.InteropServices;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>A tensor for files made by hand: where in which storage it lies.</summary>
sealed record TestTensor(
    string Name, string Type, byte[] StorageBytes, int StorageElements, long Offset, long[] Shape, long[] Strides, string StorageKey)
{
    public static TestTensor Of(string name, float[] values, params long[] shape)
    {
        var bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        return new TestTensor(name, "Float", bytes, values.Length, 0, shape, StoredTensor.RowMajor(shape), $"s{name}");
    }

    /// <summary>A tensor of any shape that repeats one number, of which the file holds one only.</summary>
    public static TestTensor Constant(string name, float value, params long[] shape) =>
        new(name, "Float", BitConverter.GetBytes(value), 1, 0, shape, new long[shape.Length], $"s{name}");

    /// <summary>VGG19's features, every layer one constant: a few kilobytes.</summary>
    public static List<TestTensor> Vgg(string prefix = "features.") =>
    [
        .. VggLayer.All.SelectMany(layer => new[]
        {
            Constant($"{prefix}{layer.Index}.weight", layer.Index / 64f, layer.WeightShape),
            Constant($"{prefix}{layer.Index}.bias", 0, layer.OutChannels),
        }),
    ];
}
