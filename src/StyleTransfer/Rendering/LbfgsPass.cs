using System.Runtime.InteropServices;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Optimisation.Lbfgs;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// One pass of L-BFGS over a single cell. A step is an outer iteration: a minimisation that starts afresh, as the tutorials that loop over
/// SciPy's minimiser do, so a checkpoint between two of them holds the image and nothing else.
/// </summary>
static class LbfgsPass
{
    /// <summary>Takes the pass's remaining outer iterations.</summary>
    /// <exception cref="StyleFarmException">RenderFailed: the loss is not finite.</exception>
    public static void Run(RenderContext context, StyleObjective objective, BatchState state)
    {
        using var log = context.NewLog(objective);
        var plan = context.Plan.Passes[state.Pass];
        var options = LbfgsOptions.From(context.Recipe.Optimizer);
        while (state.Step < plan.FirstStep + plan.Steps)
        {
            if (context.Recipe.ClampBeforeStep) context.Clamp(state.Images);
            var x = state.Images.ToArray<double>();
            var evaluation = 0;
            try
            {
                var result = LbfgsMinimizer.Minimize(x, (point, gradient) => Evaluate(point, gradient, evaluation++), options, context.Cancellation);
                Accept(x, result.F);
            }
            catch (OperationCanceledException)
            {
                // The outer iteration that was running is lost; the image still is what it was before.
                context.ReportCheckpoints(state);
                throw;
            }

            if (context.IsCheckpointDue(state.Step)) context.ReportCheckpoints(state);
        }

        double Evaluate(ReadOnlySpan<double> point, Span<double> gradient, int evaluation)
        {
            using var scope = NewDisposeScope();
            var image = tensor(point, state.Images.shape).to(context.LossType, context.Network.Device);
            var rows = objective.Evaluate(image, withGradient: true);
            image.grad!.to(float64, CPU).CopyTo(MemoryMarshal.AsBytes(gradient));
            var total = rows.narrow(0, 3, 1).ToDouble();
            if (log.Add(rows, state.Step, evaluation).Count > 0 && !double.IsFinite(total))
                throw new StyleFarmException(ErrorCode.RenderFailed,
                    $"cell {context.Cells[0].Id}: the loss is {total} in outer iteration {state.Step}; lower the loss weights");
            return total;
        }

        void Accept(double[] x, double lowest)
        {
            using var scope = NewDisposeScope();
            state.Images.copy_(tensor(x, state.Images.shape));
            if (context.Recipe.ClampAfterStep) context.Clamp(state.Images);
            if (context.Recipe.Keep == Keep.Best) state.KeepBest(tensor([lowest], [1]).to(state.Images.dtype, state.Images.device));
            log.Flush();
            state.Step++;
        }
    }
}
