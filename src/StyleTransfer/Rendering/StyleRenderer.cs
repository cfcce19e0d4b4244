using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering.Targets;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// Renders batches of cells on a warm network. The cells of a batch share sizes, taps, forms and step rule (<see cref="BatchKey"/>) and
/// differ in images, weights, rates, seeds, and in where they begin and end. Cells that finish, stop or fail leave, and the others go on.
/// Passes (scales) are rendered one after the other: a cell that is done with one waits for those behind it, and a cell that is resumed in
/// a later pass joins there. One renderer belongs to one thread at a time.
/// </summary>
/// <param name="network">The warm network; stays the caller's.</param>
/// <param name="clock">Times the steps.</param>
/// <param name="cache">Keeps targets from batch to batch; null: each batch computes its own. Stays the caller's.</param>
public sealed class StyleRenderer(Vgg19 network, TimeProvider clock, TargetCache? cache = null)
{
    /// <summary>
    /// How many steps' losses are read from the device at once: it waits for each reading, so on CUDA 16. On the CPU it costs nothing. Decides
    /// when something is reported, never what.
    /// </summary>
    internal int ReadLossesEvery { get; init; } = network.Device.IsCuda ? 16 : 1;

    /// <summary>
    /// What cells must have in common to be rendered in one batch, 16 hex digits: the sizes of the passes, taps, forms, clamps, step rule
    /// and its parameters but for the learning rate. The same in every process.
    /// </summary>
    public static string BatchKey(Recipe recipe, RenderPlan plan)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Structure(recipe).CanonicalJson()} {string.Join(' ', plan.Passes.Select(pass => pass.Size))}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));
    }

    /// <summary>Runs all steps that are still to be done. What becomes of each cell is told to the observer.</summary>
    /// <param name="batch">At least one; all of one <see cref="BatchKey"/>.</param>
    /// <param name="checkpointEvery">Steps between checkpoints, counted from a cell's step 0; 0 for none but where a cell is stopped.</param>
    /// <param name="observer">Told losses, checkpoints and outcomes. What it throws ends the rendering.</param>
    /// <param name="control">Asks cells to stop.</param>
    /// <param name="cancellation">Asks all cells to stop.</param>
    /// <exception cref="OperationCanceledException">Cancelled, and so a cell was stopped.</exception>
    public void Render(IReadOnlyList<BatchCell> batch, int checkpointEvery, IRenderObserver observer, RenderControl control,
        CancellationToken cancellation)
    {
        var recipe = batch[0].Cell.Recipe;
        var key = BatchKey(recipe, batch[0].Cell.Plan);
        if (batch.Any(order => BatchKey(order.Cell.Recipe, order.Cell.Plan) != key))
            throw new ArgumentException("the cells differ in what a batch must share", nameof(batch));

        using var scope = NewDisposeScope();
        var context = new RenderContext(network, recipe)
        {
            CheckpointEvery = checkpointEvery,
            ReadLossesEvery = ReadLossesEvery,
            Observer = observer,
            Control = control,
            Cancellation = cancellation,
            Clock = clock,
            Cache = cache,
        };
        var cells = batch.Select((order, index) => new CellState(index, order)).ToList();
        try
        {
            cells.ForEach(cell => FailAlone(context, cell, () => Begin(context, cell)));
            for (var pass = 0; pass < batch[0].Cell.Plan.Passes.Length; pass++)
                Run(context, [.. cells.Where(cell => !cell.HasLeft && cell.Pass == pass)]);
        }
        finally
        {
            cells.ForEach(cell => cell.Dispose());
        }

        if (context.WasCancelled) throw new OperationCanceledException(cancellation);
    }

    static void Begin(RenderContext context, CellState cell)
    {
        if (cell.Order.Resume is { } checkpoint)
        {
            CheckpointTensors.Read(cell, checkpoint, context);
            return;
        }

        using var scope = NewDisposeScope();
        cell.Tensors = context.Begin(InitialImage.Of(cell.Cell, cell.Plan.Size, context.Space, context.VariableType, context.Network.Device));
    }

    static void Run(RenderContext context, List<CellState> cells)
    {
        if (PrepareTargets(context, cells) is not { } targets) return;

        var objective = new StyleObjective(context.Network, [.. cells.Select(cell => cell.Cell)], targets, context.Space, context.LossType);
        using (BatchPass pass = context.IsLbfgs ? new LbfgsPass(context, cells, objective) : new GradientPass(context, cells, objective))
            pass.Run();
        memory.empty_cache(context.Network.Device);
    }

    /// <summary>The targets of the cells that can have them; the others fail and are taken off the list. Null when none is left.</summary>
    static PassTargets? PrepareTargets(RenderContext context, List<CellState> cells)
    {
        using var source = new TargetSource(context.Network, context.Cache, TargetForm.Of(context.Recipe));
        using var cellTargets = new CellTargetSource(source, context.Recipe);
        var targets = new List<CellTargets>();
        cells.ForEach(cell => FailAlone(context, cell, () => targets.Add(cellTargets.Of(cell.Cell, cell.Plan))));
        cells.RemoveAll(cell => cell.HasLeft);
        return targets.Count == 0 ? null : PassTargets.Join(targets);
    }

    /// <summary>What a cell's own files make impossible is no one else's concern.</summary>
    static void FailAlone(RenderContext context, CellState cell, Action action)
    {
        try
        {
            action();
        }
        catch (StyleFarmException failure)
        {
            cell.HasLeft = true;
            context.Observer.CellFailed(cell.Index, failure);
        }
    }

    static Recipe Structure(Recipe recipe) => recipe with
    {
        Description = null,
        ColourProfile = ColourProfile.Convert,
        ContentWeight = 0,
        StyleWeight = 0,
        TvWeight = 0,
        Content = [.. recipe.Content.Select(weight => weight with { Weight = 1 })],
        Style = [.. recipe.Style.Select(weight => weight with { Weight = 1 })],
        Optimizer = Structure(recipe.Optimizer),
        Schedule = null,
        Init = Init.Content,
        NoiseRatio = 0,
        NoiseAmplitude = 1,
        Scales = null,
        Size = null,
        Steps = 1,
    };

    /// <summary>Of a step rule what its kind uses.</summary>
    static OptimizerSpec Structure(OptimizerSpec rule) => rule.Kind switch
    {
        OptimizerKind.Lbfgs => rule with { Lr = 1, Alpha = 0, Eps = 0, Beta1 = 0, Beta2 = 0, Momentum = 0 },
        OptimizerKind.Rmsprop => new() { Kind = rule.Kind, Lr = 1, Alpha = rule.Alpha, Eps = rule.Eps },
        OptimizerKind.Sgd => new() { Kind = rule.Kind, Lr = 1, Momentum = rule.Momentum },
        _ => new() { Kind = rule.Kind, Lr = 1, Beta1 = rule.Beta1, Beta2 = rule.Beta2, Eps = rule.Eps },
    };
}
