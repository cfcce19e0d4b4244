using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Safetensors;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Checkpoints;

/// <summary>Between a cell on its way and its checkpoint.</summary>
static class CheckpointTensors
{
    /// <summary>Before the names of the state that the divergence guard goes back to.</summary>
    const string GoodPrefix = "good.";

    /// <summary>What it takes to go on with a cell, alone or in another batch.</summary>
    /// <param name="cell">Where it stands.</param>
    /// <param name="tensors">Its row.</param>
    /// <param name="total">The total of its image, which is good.</param>
    public static CellCheckpoint Write(CellState cell, CellTensors tensors, double total)
    {
        // Going on from here, the guard will keep this very state, and then needs no other.
        var good = cell.IsToKeep(total) ? null : cell.Good;
        return new CellCheckpoint
        {
            Pass = cell.Pass,
            Step = cell.Step,
            OptimizerSteps = cell.Cell.Recipe.Optimizer.Kind == Messages.Recipes.OptimizerKind.Lbfgs ? 0 : cell.StepsInPass,
            RateFactor = cell.RateFactor,
            Rollbacks = cell.Rollbacks,
            FirstTotal = cell.FirstTotal,
            GuardTotal = cell.GuardTotal,
            GoodStep = good?.Step,
            Tensors = [.. Entries("", tensors), .. good is { } back ? Entries(GoodPrefix, back.Tensors) : []],
        };

        static IEnumerable<SafetensorsEntry> Entries(string prefix, CellTensors row) => row.All.Select(entry => new SafetensorsEntry(
            prefix + entry.Key, entry.Value.dtype == float64 ? SafetensorsType.F64 : SafetensorsType.F32, entry.Value.shape, entry.Value.ToBytes()));
    }

    /// <summary>Puts a cell where its checkpoint was taken.</summary>
    /// <param name="cell">At its beginning.</param>
    /// <param name="checkpoint">Of this cell.</param>
    /// <param name="context">Of the batch: decides which tensors there must be.</param>
    /// <exception cref="StyleFarmException">BadInput: it is not one of this cell's recipe and size.</exception>
    public static void Read(CellState cell, CellCheckpoint checkpoint, RenderContext context)
    {
        CheckCounters(cell, checkpoint);
        (cell.Pass, cell.Step, cell.RateFactor, cell.Rollbacks) = (checkpoint.Pass, checkpoint.Step, checkpoint.RateFactor, checkpoint.Rollbacks);
        (cell.FirstTotal, cell.GuardTotal) = (checkpoint.FirstTotal, checkpoint.GuardTotal);
        cell.Tensors = Restore("", checkpoint.Step);
        if (checkpoint.GoodStep is { } step) cell.KeepGood(step, Restore(GoodPrefix, step));

        CellTensors Restore(string prefix, int at)
        {
            using var scope = NewDisposeScope();
            var size = cell.Plan.Size;
            // What a pass begins with has the names and shapes that everything after it has.
            var tensors = context.Begin(zeros([1, 3, size.Height, size.Width], context.VariableType, context.Network.Device));
            try
            {
                Fill(tensors, prefix, isBegun: at > cell.Plan.FirstStep);
                return tensors;
            }
            catch
            {
                tensors.Dispose();
                throw;
            }
        }

        void Fill(CellTensors tensors, string prefix, bool isBegun)
        {
            var missing = new List<string>();
            foreach (var (name, tensor) in tensors.All)
                if (Find(prefix + name, tensor) is { } entry)
                    tensor.copy_(from_bytes(entry.Data.Span, entry.Shape, tensor.dtype));
                else
                    missing.Add(name);
            // At the beginning of a pass there are no moments yet, and the image is the best one.
            if (missing.FirstOrDefault(name => isBegun || name == CellTensors.Image) is { } lacking)
                throw Refused(cell, $"it has no tensor '{prefix}{lacking}', which the recipe needs");
            if (missing.Contains(CellTensors.BestImage)) tensors[CellTensors.BestImage].copy_(tensors[CellTensors.Image]);
        }

        SafetensorsEntry? Find(string name, Tensor expected)
        {
            if (checkpoint.Tensors.FirstOrDefault(entry => entry.Name == name) is not { } entry) return null;
            var type = expected.dtype == float64 ? SafetensorsType.F64 : SafetensorsType.F32;
            return entry.Type == type && entry.Shape.SequenceEqual(expected.shape)
                ? entry
                : throw Refused(cell, $"its tensor '{name}' is {entry.Type} {Text(entry.Shape)}, expected {type} {Text(expected.shape)}");
        }
    }

    static void CheckCounters(CellState cell, CellCheckpoint checkpoint)
    {
        var passes = cell.Cell.Plan.Passes;
        if (checkpoint.Pass < 0 || checkpoint.Pass >= passes.Length)
            throw Refused(cell, $"it stands in pass {checkpoint.Pass}, and the recipe has {passes.Length}");
        var (first, last) = (passes[checkpoint.Pass].FirstStep, passes[checkpoint.Pass].FirstStep + passes[checkpoint.Pass].Steps);
        foreach (var step in new[] { checkpoint.Step, checkpoint.GoodStep ?? checkpoint.Step })
            if (step < first || step > last)
                throw Refused(cell, $"it stands at step {step}, and pass {checkpoint.Pass} goes from {first} to {last}");
        if (cell.Cell.Recipe.Optimizer.Kind != Messages.Recipes.OptimizerKind.Lbfgs && checkpoint.OptimizerSteps != checkpoint.Step - first)
            throw Refused(cell, $"its optimizer did {checkpoint.OptimizerSteps} steps, expected {checkpoint.Step - first}");
    }

    static string Text(IReadOnlyList<long> shape) => string.Join('x', shape.Select(side => side.ToString(CultureInfo.InvariantCulture)));

    static StyleFarmException Refused(CellState cell, string what) => StyleFarmException.BadInput(
        $"cell {cell.Cell.Id}: its checkpoint is not one of this recipe at this size: {what}; delete it to render the cell anew");
}
