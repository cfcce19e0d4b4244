using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Optimisation;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>What stays the same while one batch is rendered.</summary>
sealed class RenderContext
{
    readonly Tensor _low;
    readonly Tensor _high;

    public RenderContext(Vgg19 network, IReadOnlyList<RenderCell> cells, int checkpointEvery, IRenderObserver observer, TimeProvider clock,
        CancellationToken cancellation)
    {
        (Network, Cells, CheckpointEvery, Observer, Clock, Cancellation) = (network, cells, checkpointEvery, observer, clock, cancellation);
        Space = new ImageSpace(Recipe.Space);
        (_low, _high) = Space.Box(VariableType, network.Device);
    }

    public Vgg19 Network { get; }

    public IReadOnlyList<RenderCell> Cells { get; }

    /// <summary>Steps between checkpoints; 0 for none.</summary>
    public int CheckpointEvery { get; }

    public IRenderObserver Observer { get; }

    public TimeProvider Clock { get; }

    public CancellationToken Cancellation { get; }

    public ImageSpace Space { get; }

    /// <summary>The recipe that stands for what all cells share.</summary>
    public Recipe Recipe => Cells[0].Recipe;

    /// <summary>The plan that stands for what all cells share.</summary>
    public RenderPlan Plan => Cells[0].Plan;

    public bool IsLbfgs => Recipe.Optimizer.Kind == OptimizerKind.Lbfgs;

    /// <summary>Losses, Gram matrices and optimiser: float64 with a float64 network, else float32.</summary>
    public ScalarType LossType => Network.Precision == float64 ? float64 : float32;

    /// <summary>The image itself; L-BFGS has arithmetic of its own in float64.</summary>
    public ScalarType VariableType => IsLbfgs ? float64 : LossType;

    public GradientOptimizer? NewOptimizer() => IsLbfgs ? null : GradientOptimizer.Of(Recipe.Optimizer);

    public StyleObjective Objective(int pass) =>
        new(Network, Cells, PassTargets.Of(Network, Cells, pass, Space, LossType), Space, LossType);

    public LossLog NewLog(StyleObjective objective) => new(Cells, objective.Parts, Observer, Clock, Network.Device);

    /// <summary>Cuts the images off at the pixels 0 and 255, in place.</summary>
    public void Clamp(Tensor images)
    {
        using var none = no_grad();
        images.clamp_(_low, _high);
    }

    /// <summary>Reports where every cell stands.</summary>
    public void ReportCheckpoints(BatchState state)
    {
        for (var cell = 0; cell < state.Count; cell++)
            Observer.CheckpointReached(cell, state.Checkpoint(cell));
    }

    /// <summary>Whether a checkpoint is due after this many steps.</summary>
    public bool IsCheckpointDue(int stepsDone) => CheckpointEvery > 0 && stepsDone % CheckpointEvery == 0 && stepsDone < Plan.Steps;
}
