using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering.Targets;

/// <summary>One tensor a tap. The memory of a tensor is shared between aliases and freed with the last of them.</summary>
sealed class TapTensors : IDisposable
{
    readonly Dictionary<Tap, Tensor> _tensors;

    /// <summary>Takes the tensors over.</summary>
    public TapTensors(IEnumerable<KeyValuePair<Tap, Tensor>> tensors) =>
        _tensors = tensors.ToDictionary(entry => entry.Key, entry => entry.Value.DetachFromDisposeScope());

    public IReadOnlyCollection<Tap> Taps => _tensors.Keys;

    public Tensor this[Tap tap] => _tensors[tap];

    public long Bytes => _tensors.Values.Sum(tensor => tensor.numel() * (tensor.dtype == float64 ? 8 : 4));

    /// <summary>The same tensors once more, to be disposed on their own.</summary>
    public TapTensors Alias() => Select(tensor => tensor.detach());

    /// <summary>Others made of these.</summary>
    public TapTensors Select(Func<Tensor, Tensor> make)
    {
        using var scope = NewDisposeScope();
        return new TapTensors(_tensors.Select(entry => KeyValuePair.Create(entry.Key, make(entry.Value))));
    }

    public void Dispose()
    {
        foreach (var tensor in _tensors.Values) tensor.Dispose();
    }
}
