using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Optimisation;
using StyleFarm.StyleTransfer.Rendering.Targets;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>What stays the same while one batch is rendered.</summary>
sealed class RenderContext
{
    readonly Tensor _low;
    readonly Tensor _high;

    /// <param name="network">The warm network.</param>
    /// <param name="recipe">The recipe that stands for what all cells share.</param>
    public RenderContext(Vgg19 network, Recipe recipe)
    {
        (Network, Recipe) = (network, recipe);
        IsLbfgs = recipe.Optimizer.Kind == OptimizerKind.Lbfgs;
        Rule = IsLbfgs ? null : GradientOptimizer.Of(recipe.Optimizer);
        Space = new ImageSpace(recipe.Space);
        (_low, _high) = Space.Box(VariableType, network.Device);
    }

    public Vgg19 Network { get; }

    public Recipe Recipe { get; }

    /// <summary>Steps between checkpoints; 0 for none.</summary>
    public required int CheckpointEvery { get; init; }

    /// <summary>Steps whose losses are read at once.</summary>
    public required int ReadLossesEvery { get; init; }

    public required IRenderObserver Observer { get; init; }

    public required RenderControl Control { get; init; }

    public required CancellationToken Cancellation { get; init; }

    public required TimeProvider Clock { get; init; }

    public required TargetCache? Cache { get; init; }

    /// <summary>Whether the cancellation made a cell stop.</summary>
    public bool WasCancelled { get; private set; }

    public ImageSpace Space { get; }

    public bool IsLbfgs { get; }

    /// <summary>The first-order step rule; null with L-BFGS, which starts afresh in every step.</summary>
    public GradientOptimizer? Rule { get; }

    /// <summary>Losses, Gram matrices and optimiser: float64 with a float64 network, else float32.</summary>
    public ScalarType LossType => Network.Precision == float64 ? float64 : float32;

    /// <summary>The image itself; L-BFGS has arithmetic of its own in float64.</summary>
    public ScalarType VariableType => IsLbfgs ? float64 : LossType;

    /// <summary>Why a cell is to leave its pass now, if it is.</summary>
    public Departure? DepartureOf(CellState cell)
    {
        if (cell.IsAtEnd) return Departure.Finished;
        if (cell.IsAtRung) return Departure.Rung;
        if (Cancellation.IsCancellationRequested) WasCancelled = true;
        if (WasCancelled || Control.IsAsked(cell.Index)) return Departure.Asked;
        return cell.IsAtPassEnd ? Departure.PassEnd : null;
    }

    /// <summary>Cuts the images off at the pixels 0 and 255, in place.</summary>
    public void Clamp(Tensor images)
    {
        using var none = no_grad();
        images.clamp_(_low, _high);
    }

    /// <summary>What a cell carries when a pass begins with this image, 1×3×H×W.</summary>
    public CellTensors Begin(Tensor image)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor> { [CellTensors.Image] = image.contiguous() };
        if (Recipe.Keep == Keep.Best)
        {
            tensors.Add(CellTensors.BestImage, image.clone());
            tensors.Add(CellTensors.BestTotal, full([1], double.PositiveInfinity, image.dtype, image.device));
        }

        foreach (var moment in Rule?.Moments ?? [])
            tensors.Add(CellTensors.OptimizerPrefix + moment, zeros_like(image));
        return new CellTensors(tensors);
    }

    /// <summary>What would be the result if it ended here, before any clamp.</summary>
    public Tensor Kept(CellTensors tensors) => tensors[Recipe.Keep == Keep.Best ? CellTensors.BestImage : CellTensors.Image];
}

/// <summary>Why a cell leaves a pass.</summary>
enum Departure
{
    /// <summary>It goes on in the next pass.</summary>
    PassEnd,

    /// <summary>All its steps are done.</summary>
    Finished,

    /// <summary>It reached its rung.</summary>
    Rung,

    /// <summary>It was asked to stop.</summary>
    Asked,
}
