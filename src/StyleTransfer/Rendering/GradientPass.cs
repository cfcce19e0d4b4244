using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Optimisation;
using StyleFarm.Messages.Recipes;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// One pass of a first-order step rule, watched by a divergence guard: when a total is not finite or has exploded, the batch goes back
/// to the last good state, and the cell at fault goes on at half its rate.
/// </summary>
sealed class GradientPass : IDisposable
{
    const int GuardEverySteps = 10;
    const int MaxRollbacks = 3;

    readonly RenderContext _context;
    readonly StyleObjective _objective;
    readonly LossLog _log;

    // The newest copy has made no loss yet, so it may be bad already; the one before it is known to be good.
    BatchState _good;
    BatchState _newest;

    GradientPass(RenderContext context, StyleObjective objective, BatchState state)
    {
        (_context, _objective, _log) = (context, objective, context.NewLog(objective));
        _good = Copy(state);
        _newest = Copy(state);
    }

    /// <summary>Takes the pass's remaining steps.</summary>
    public static void Run(RenderContext context, StyleObjective objective, BatchState state)
    {
        using var pass = new GradientPass(context, objective, state);
        var plan = context.Plan.Passes[state.Pass];
        while (state.Step < plan.FirstStep + plan.Steps)
        {
            if (context.Cancellation.IsCancellationRequested) pass.Leave(state);
            pass.Step(state, plan);
        }

        var diverged = pass._log.Flush();
        if (diverged.Count > 0) throw Failure(context, state, diverged[0]);
    }

    public void Dispose()
    {
        _log.Dispose();
        _good.Dispose();
        _newest.Dispose();
    }

    void Step(BatchState state, RenderPass plan)
    {
        using var scope = NewDisposeScope();
        if (_context.Recipe.ClampBeforeStep) _context.Clamp(state.Images);
        var rows = _objective.Evaluate(state.Images, withGradient: true);
        using (var gradients = state.Images.grad!)
            state.Optimizer!.Step(state.Images, gradients, Rates(state, plan));
        state.Images.grad = null;
        if (_context.Recipe.ClampAfterStep) _context.Clamp(state.Images);
        if (_context.Recipe.Keep == Keep.Best) state.KeepBest(rows.narrow(0, 3, 1).reshape(state.Count));

        var diverged = _log.Add(rows, state.Step);
        state.Step++;
        var checkpoint = _context.IsCheckpointDue(state.Step);
        var guard = state.Step % GuardEverySteps == 0;
        if (diverged.Count == 0 && (checkpoint || guard)) diverged = _log.Flush();
        if (diverged.Count > 0)
        {
            RollBack(state, diverged);
            return;
        }

        if (guard) KeepCopy(state);
        if (checkpoint) _context.ReportCheckpoints(state);
    }

    Tensor Rates(BatchState state, RenderPass plan)
    {
        var rates = new double[state.Count];
        for (var cell = 0; cell < rates.Length; cell++)
        {
            var spec = _context.Cells[cell];
            var pass = spec.Plan.Passes[state.Pass];
            rates[cell] = StepSchedule.LearningRate(spec.Recipe.Schedule, pass.Lr, state.Step) * state.RateFactors[cell];
        }

        return tensor(rates, [rates.Length, 1, 1, 1]).to(_context.VariableType, _context.Network.Device);
    }

    void Leave(BatchState state)
    {
        _log.Flush();
        _context.ReportCheckpoints(state);
        throw new OperationCanceledException(_context.Cancellation);
    }

    void KeepCopy(BatchState state)
    {
        _good.Dispose();
        _good = _newest;
        _newest = Copy(state);
    }

    void RollBack(BatchState state, IReadOnlyList<int> diverged)
    {
        _log.Clear();
        foreach (var cell in diverged)
        {
            if (state.Rollbacks[cell] == MaxRollbacks) throw Failure(_context, state, cell);
            state.Rollbacks[cell]++;
            state.RateFactors[cell] /= 2;
        }

        state.GoBackTo(_good, _context.NewOptimizer());
        _newest.Dispose();
        _newest = Copy(state);
        foreach (var cell in diverged)
            _context.Observer.RolledBack(cell, state.Step, state.RateFactors[cell]);
    }

    BatchState Copy(BatchState state) => state.Clone(_context.NewOptimizer());

    static StyleFarmException Failure(RenderContext context, BatchState state, int cell) => new(ErrorCode.RenderFailed,
        $"cell {context.Cells[cell].Id} diverged at step {state.Step} and again after {state.Rollbacks[cell]} restarts at half the rate each; "
        + "lower optimizer.lr or the loss weights");
}
