using System.Text;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>Writes pickles opcode by opcode, good ones and bad ones.</summary>
sealed class PickleWriter
{
    readonly List<byte> _bytes = [];

    public byte[] ToArray() => [.. _bytes];

    public PickleWriter Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public PickleWriter Op(char opcode) => Raw((byte)opcode);

    public PickleWriter Proto(byte protocol = 2) => Raw(0x80, protocol);

    public PickleWriter Stop() => Op('.');

    public PickleWriter Global(string module, string name) => Raw([(byte)'c', .. Encoding.UTF8.GetBytes($"{module}\n{name}\n")]);

    public PickleWriter Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Raw([(byte)'X', .. BitConverter.GetBytes(bytes.Length), .. bytes]);
    }

    /// <summary>A text as Python 2 writes it.</summary>
    public PickleWriter ShortString(string text) => Raw([(byte)'U', (byte)text.Length, .. Encoding.UTF8.GetBytes(text)]);

    public PickleWriter Int(long value) => value is >= int.MinValue and <= int.MaxValue
        ? Raw([(byte)'J', .. BitConverter.GetBytes((int)value)])
        : Raw([0x8a, 8, .. BitConverter.GetBytes(value)]);

    public PickleWriter Ints(long[] values)
    {
        Op('(');
        foreach (var value in values) Int(value);
        return Op('t');
    }

    /// <summary>('storage', type, key, 'cpu', elements[, view]) and BINPERSID.</summary>
    public PickleWriter Storage(string type, string key, long elements, (string Key, long Offset, long Count)? view = null)
    {
        Op('(').Text("storage").Global("torch", $"{type}Storage").Text(key).Text("cpu").Int(elements);
        if (view is { } v) Op('(').Text(v.Key).Int(v.Offset).Int(v.Count).Op('t');
        return Op('t').Op('Q');
    }

    /// <summary>A call of _rebuild_tensor_v2.</summary>
    public PickleWriter Tensor(TestTensor tensor) => Global("torch._utils", "_rebuild_tensor_v2").Op('(')
        .Storage(tensor.Type, tensor.StorageKey, tensor.StorageElements).Int(tensor.Offset).Ints(tensor.Shape).Ints(tensor.Strides)
        .Raw(0x89).Global("collections", "OrderedDict").Op(')').Op('R').Op('t').Op('R');

    /// <summary>A whole state dict, as torch.save writes it.</summary>
    public static byte[] StateDict(IEnumerable<TestTensor> tensors, Action<PickleWriter>? before = null)
    {
        var writer = new PickleWriter().Proto();
        before?.Invoke(writer);
        writer.Global("collections", "OrderedDict").Op(')').Op('R').Op('(');
        foreach (var tensor in tensors) writer.Text(tensor.Name).Tensor(tensor);
        return writer.Op('u').Stop().ToArray();
    }
}
