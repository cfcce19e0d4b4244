using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// A pass of a first-order step rule, watched by a divergence guard: a cell whose total is not finite or has exploded goes back to its
/// last good state and on at half its rate. A state is good when the loss of its image was read, and is not an explosion on its way.
/// </summary>
sealed class GradientPass(RenderContext context, IReadOnlyList<CellState> cells, StyleObjective objective) : BatchPass(context, cells, objective)
{
    const int MaxRollbacks = 3;

    protected override void Round()
    {
        var images = Tensors[CellTensors.Image];
        if (Context.Recipe.ClampBeforeStep) Context.Clamp(images);
        var rows = Objective.Evaluate(images, withGradient: true);
        var totals = rows.narrow(0, 3, 1).reshape(Cells.Count);
        var lost = Log(rows, _ => null, readNow: Cells.Any(cell => cell.IsGuardDue || IsCheckpointDue(cell)));
        using (var gradients = images.grad!)
            Context.Rule!.Step(images, gradients, moment => Tensors[CellTensors.OptimizerPrefix + moment],
                [.. Cells.Select(cell => cell.Rate)], [.. Cells.Select(cell => cell.StepsInPass + 1)]);
        images.grad = null;
        if (Context.Recipe.ClampAfterStep) Context.Clamp(images);
        if (Context.Recipe.Keep == Keep.Best) Tensors.KeepBest(totals);
        foreach (var cell in Cells) cell.Step++;

        var pass = Cells[0].Pass;
        Rescue(lost);
        Remove(pass);
    }

    protected override bool IsLost(CellState cell, double total) => cell.HasDiverged(total);

    protected override void OnLoss(CellState cell, double total, bool stands)
    {
        if (!stands || !cell.IsGuardDue) return;
        if (cell.IsToKeep(total))
        {
            // Never two copies at once.
            cell.ForgetGood();
            cell.KeepGood(cell.Step, Tensors.Row(RowOf(cell)));
        }

        cell.GuardTotal = total;
    }

    protected override void Rescue(IEnumerable<CellState> lost)
    {
        foreach (var cell in lost)
        {
            if (cell.Good is not { } good)
            {
                Fail(cell, $"cell {cell.Cell.Id} diverged by step {cell.Step} with no earlier state to go back to; lower the loss weights or optimizer.lr");
                continue;
            }

            if (cell.Rollbacks == MaxRollbacks)
            {
                Fail(cell, $"cell {cell.Cell.Id} diverged after step {good.Step} and again after {MaxRollbacks} restarts at half the rate each; "
                    + "lower optimizer.lr or the loss weights");
                continue;
            }

            cell.GoBack();
            Tensors.SetRow(RowOf(cell), good.Tensors);
            Context.Observer.RolledBack(cell.Index, cell.Step, cell.RateFactor);
        }
    }
}
