using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// The whole list of names that a pickle may mention. None of them runs anything: each is a mark that the machine below reads.
/// </summary>
static class PickleGlobals
{
    static readonly Dictionary<string, PickleGlobal> Known = Build().ToDictionary(global => global.Name, StringComparer.Ordinal);

    /// <summary>The global of this full name, or null when it is not on the list.</summary>
    public static PickleGlobal? Find(string module, string name) => Known.GetValueOrDefault($"{module}.{name}");

    static IEnumerable<PickleGlobal> Build()
    {
        yield return new PickleGlobal(PickleGlobalKind.OrderedDict, "collections.OrderedDict");
        yield return new PickleGlobal(PickleGlobalKind.RebuildTensor, "torch._utils._rebuild_tensor_v2");
        // What the files published in 2017 hold.
        yield return new PickleGlobal(PickleGlobalKind.RebuildTensor, "torch._utils._rebuild_tensor");
        yield return new PickleGlobal(PickleGlobalKind.RebuildParameter, "torch._utils._rebuild_parameter");
        yield return new PickleGlobal(PickleGlobalKind.Parameter, "torch.nn.parameter.Parameter");
        yield return new PickleGlobal(PickleGlobalKind.Size, "torch.Size");
        (string Name, SafetensorsType Element)[] types =
        [
            ("Float", SafetensorsType.F32), ("Double", SafetensorsType.F64), ("Half", SafetensorsType.F16),
            ("BFloat16", SafetensorsType.BF16),
            ("Long", SafetensorsType.I64), ("Int", SafetensorsType.I32), ("Short", SafetensorsType.I16), ("Char", SafetensorsType.I8),
            ("Byte", SafetensorsType.U8), ("Bool", SafetensorsType.BOOL),
        ];
        foreach (var (name, element) in types)
        {
            yield return new PickleGlobal(PickleGlobalKind.StorageType, $"torch.{name}Storage", element);
            yield return new PickleGlobal(PickleGlobalKind.TensorType, $"torch.{name}Tensor");
        }
    }
}
