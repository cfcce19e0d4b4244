namespace StyleFarm.Torch;

/// <summary>
/// Disposes every tensor made while it was the innermost scope of its thread, except those moved out of it.
/// Made by <see cref="torch.NewDisposeScope"/>; scopes nest and must end in reverse order on the thread that began them.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    static DisposeScope? _innermost;

    readonly DisposeScope? _outer;
    readonly HashSet<torch.Tensor> _tensors = new(ReferenceEqualityComparer.Instance);

    internal DisposeScope()
    {
        _outer = _innermost;
        _innermost = this;
    }

    /// <summary>How many live tensors the scope holds.</summary>
    public int DisposablesCount => _tensors.Count;

    internal static DisposeScope? Innermost => _innermost;

    internal void Include(torch.Tensor tensor) => _tensors.Add(tensor);

    internal void Exclude(torch.Tensor tensor) => _tensors.Remove(tensor);

    internal DisposeScope? Outer => _outer;

    public void Dispose()
    {
        if (!ReferenceEquals(_innermost, this))
            throw new InvalidOperationException("dispose scopes must end in reverse order on the thread that began them");
        _innermost = _outer;
        foreach (var tensor in _tensors)
            tensor.ReleaseFromScope();
        _tensors.Clear();
    }
}
