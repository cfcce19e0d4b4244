using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Optimisation;

/// <summary>
/// A first-order step rule over N images at once. Every tensor has the image's shape N×3×H×W; what differs from image to image is the
/// learning rate. Formulas and their names are those of docs/recipes.md.
/// </summary>
public abstract class GradientOptimizer : IDisposable
{
    readonly SortedDictionary<string, Tensor> _state = new(StringComparer.Ordinal);

    /// <summary>The tensors that, with <see cref="StepsDone"/>, make the next step what it is.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Steps taken so far.</summary>
    public int StepsDone { get; private set; }

    /// <summary>The rule of a recipe, at its beginning.</summary>
    public static GradientOptimizer Of(OptimizerSpec spec) => spec.Kind switch
    {
        OptimizerKind.Adam or OptimizerKind.AdamTf => new AdamOptimizer(spec),
        OptimizerKind.Rmsprop => new RmsPropOptimizer(spec),
        OptimizerKind.Sgd => new SgdOptimizer(spec),
        _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Kind, "not a first-order rule"),
    };

    /// <summary>Moves the images against their gradients, in place.</summary>
    /// <param name="images">N×3×H×W.</param>
    /// <param name="gradients">The same shape.</param>
    /// <param name="rates">The learning rate of each image, N×1×1×1.</param>
    public void Step(Tensor images, Tensor gradients, Tensor rates)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        StepsDone++;
        Update(images, gradients, rates);
    }

    /// <summary>Goes on from a state saved earlier; the tensors are copied.</summary>
    public void Restore(int stepsDone, IReadOnlyDictionary<string, Tensor> state)
    {
        StepsDone = stepsDone;
        foreach (var (name, saved) in state)
        {
            if (_state.Remove(name, out var old)) old.Dispose();
            _state[name] = saved.clone().DetachFromDisposeScope();
        }
    }

    public void Dispose()
    {
        foreach (var tensor in _state.Values) tensor.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One step; <see cref="StepsDone"/> counts it already.</summary>
    protected abstract void Update(Tensor images, Tensor gradients, Tensor rates);

    /// <summary>A tensor of the state, zero at first.</summary>
    protected Tensor Slot(string name, Tensor like)
    {
        if (!_state.TryGetValue(name, out var slot))
            _state[name] = slot = zeros_like(like).DetachFromDisposeScope();
        return slot;
    }
}
