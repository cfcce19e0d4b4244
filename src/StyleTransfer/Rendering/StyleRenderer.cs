using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>A finished cell.</summary>
/// <param name="Image">The result, on the byte scale, not yet rounded.</param>
/// <param name="Final">Its losses; <see cref="LossReport.Step"/> is the number of steps done.</param>
public sealed record CellResult(RgbImage Image, LossReport Final);

/// <summary>
/// Renders batches of cells on a warm network. The cells of a batch share sizes, taps, forms and step rule
/// (<see cref="CanShareBatch"/>) and differ in images, weights, rates and seeds. One renderer belongs to one thread at a time.
/// </summary>
/// <param name="network">The warm network; stays the caller's.</param>
/// <param name="clock">Times the steps.</param>
public sealed class StyleRenderer(Vgg19 network, TimeProvider clock)
{
    /// <summary>Whether two cells can be rendered in one batch. Cells of L-BFGS cannot: each has a line search of its own.</summary>
    public static bool CanShareBatch(RenderCell one, RenderCell other) =>
        one.Recipe.Optimizer.Kind != OptimizerKind.Lbfgs
        && one.Plan.Passes.Select(pass => (pass.Size, pass.Steps)).SequenceEqual(other.Plan.Passes.Select(pass => (pass.Size, pass.Steps)))
        && Structure(one.Recipe) == Structure(other.Recipe);

    /// <summary>Runs all steps that are still to be done.</summary>
    /// <param name="cells">At least one; all may share a batch.</param>
    /// <param name="resume">Checkpoints of all cells at one step, or null to begin.</param>
    /// <param name="checkpointEvery">Steps between checkpoints; 0 for none but at a cancellation.</param>
    /// <param name="observer">Told losses and checkpoints.</param>
    /// <param name="cancellation">Stops after the step that is running, with a checkpoint.</param>
    /// <exception cref="OperationCanceledException">Cancelled; every cell's checkpoint was reported.</exception>
    /// <exception cref="StyleFarmException">RenderFailed: a cell diverged again and again.</exception>
    public IReadOnlyList<CellResult> Render(IReadOnlyList<RenderCell> cells, IReadOnlyList<CellCheckpoint>? resume, int checkpointEvery,
        IRenderObserver observer, CancellationToken cancellation)
    {
        if (cells.Skip(1).Any(cell => !CanShareBatch(cells[0], cell)))
            throw new ArgumentException("the cells differ in what a batch must share", nameof(cells));

        using var scope = NewDisposeScope();
        var context = new RenderContext(network, cells, checkpointEvery, observer, clock, cancellation);
        using var state = resume is null ? Begin(context) : BatchState.Resume(resume, context.NewOptimizer(), network.Device);
        for (; ; CarryUp(context, state))
        {
            using var objective = context.Objective(state.Pass);
            if (context.IsLbfgs) LbfgsPass.Run(context, objective, state);
            else GradientPass.Run(context, objective, state);
            if (state.Pass == context.Plan.Passes.Length - 1)
                return Finish(context, objective, state);
        }
    }

    static Recipe Structure(Recipe recipe) => recipe with
    {
        Description = null,
        ContentWeight = 0,
        StyleWeight = 0,
        TvWeight = 0,
        Content = [.. recipe.Content.Select(weight => weight with { Weight = 1 })],
        Style = [.. recipe.Style.Select(weight => weight with { Weight = 1 })],
        Optimizer = recipe.Optimizer with { Lr = 1 },
        Schedule = null,
        Init = Init.Content,
        NoiseRatio = 0,
        NoiseAmplitude = 1,
        Scales = null,
        Size = null,
        Steps = 1,
    };

    static BatchState Begin(RenderContext context)
    {
        var images = context.Cells.Select(cell =>
            InitialImage.Of(cell, context.Plan.Passes[0].Size, context.Space, context.VariableType, context.Network.Device)).ToList();
        return new BatchState(cat(images).contiguous(), context.NewOptimizer());
    }

    /// <summary>Resizes the images to the next pass.</summary>
    static void CarryUp(RenderContext context, BatchState state)
    {
        using var scope = NewDisposeScope();
        var next = state.Pass + 1;
        var size = context.Plan.Passes[next].Size;
        var carried = nn.functional.interpolate(Kept(context, state), [size.Height, size.Width]).clone();
        if (context.Recipe.ClampBeforeStep || context.Recipe.ClampAfterStep) context.Clamp(carried);
        state.BeginPass(next, carried, context.NewOptimizer());
        memory.empty_cache(context.Network.Device);
    }

    static Tensor Kept(RenderContext context, BatchState state) =>
        context.Recipe.Keep == Keep.Best && state.Best is { } best ? best.Images : state.Images;

    static List<CellResult> Finish(RenderContext context, StyleObjective objective, BatchState state)
    {
        using var scope = NewDisposeScope();
        var kept = Kept(context, state).clone();
        if (context.Recipe.ClampAtEnd) context.Clamp(kept);
        var rows = objective.Evaluate(kept.to(context.LossType, context.Network.Device), withGradient: false).to(float64, CPU).ToArray<double>();
        using var log = context.NewLog(objective);
        return [.. Enumerable.Range(0, context.Cells.Count).Select(cell =>
            new CellResult(context.Space.ToPixels(kept.narrow(0, cell, 1)), Finite(log.Report(rows, cell, state.Step, null, 0))))];

        // The guard sees the image before each step, so an explosion in the very last one shows only here.
        static LossReport Finite(LossReport final) => double.IsFinite(final.Total)
            ? final
            : throw new StyleFarmException(ErrorCode.RenderFailed,
                $"cell {final.Cell} diverged in its last step: its loss is {final.Total}; lower optimizer.lr or the loss weights");
    }
}
