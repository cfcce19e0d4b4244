using System.Runtime.InteropServices;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Optimisation.Lbfgs;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// A pass of L-BFGS. A step is an outer iteration: a minimisation that starts afresh, as the tutorials that loop over SciPy's minimiser
/// do, so a checkpoint between two of them holds the image and nothing else. Each cell has a minimiser of its own; a round evaluates the
/// points that all of them ask for.
/// </summary>
sealed class LbfgsPass : BatchPass
{
    readonly LbfgsOptions _options;
    readonly Dictionary<CellState, Iteration> _iterations = [];

    public LbfgsPass(RenderContext context, IReadOnlyList<CellState> cells, StyleObjective objective) : base(context, cells, objective) =>
        _options = LbfgsOptions.From(context.Recipe.Optimizer);

    protected override void Round()
    {
        foreach (var gone in _iterations.Keys.Except(Cells).ToList()) _iterations.Remove(gone);
        foreach (var cell in Cells)
            if (!_iterations.ContainsKey(cell))
                _iterations.Add(cell, Begin(RowOf(cell)));

        var iterations = Cells.Select(cell => _iterations[cell]).ToList();
        var points = Points(iterations);
        var rows = Objective.Evaluate(points, withGradient: true);
        var gradients = points.grad!.to(float64, CPU);
        for (var row = 0; row < iterations.Count; row++)
            gradients.narrow(0, row, 1).CopyTo(MemoryMarshal.AsBytes(iterations[row].Minimizer.Gradient));

        var lost = Log(rows, cell => _iterations[cell].Evaluation, readNow: true);
        Parallel.For(0, iterations.Count, row => iterations[row].Advance());
        for (var row = 0; row < iterations.Count; row++)
            if (!lost.Contains(Cells[row]) && iterations[row].Result is { } result)
                Accept(row, result.F);

        var pass = Cells[0].Pass;
        Rescue(lost);
        Remove(pass);
    }

    protected override void OnLoss(CellState cell, double total, bool stands) => _iterations[cell].Total = total;

    protected override bool IsLost(CellState cell, double total) => !double.IsFinite(total);

    protected override void Rescue(IEnumerable<CellState> lost)
    {
        foreach (var cell in lost)
            Fail(cell, $"cell {cell.Cell.Id}: the loss is not finite in outer iteration {cell.Step}; lower the loss weights");
    }

    Tensor Points(List<Iteration> iterations)
    {
        using var scope = NewDisposeScope();
        var shape = Tensors[CellTensors.Image].shape;
        shape[0] = 1;
        return cat([.. iterations.Select(iteration => tensor(iteration.Minimizer.Point, shape).to(Context.LossType, Context.Network.Device))])
            .MoveToOuterDisposeScope();
    }

    Iteration Begin(int row)
    {
        var image = Tensors[CellTensors.Image].narrow(0, row, 1);
        if (Context.Recipe.ClampBeforeStep) Context.Clamp(image);
        return new Iteration(new LbfgsMinimizer(image.ToArray<double>(), _options));
    }

    void Accept(int row, double lowest)
    {
        var cell = Cells[row];
        var image = Tensors[CellTensors.Image].narrow(0, row, 1);
        image.copy_(tensor(_iterations[cell].Minimizer.Point, image.shape));
        if (Context.Recipe.ClampAfterStep) Context.Clamp(image);
        if (Context.Recipe.Keep == Keep.Best && lowest < Tensors[CellTensors.BestTotal].narrow(0, row, 1).ToDouble())
        {
            Tensors[CellTensors.BestImage].narrow(0, row, 1).copy_(image);
            Tensors[CellTensors.BestTotal].narrow(0, row, 1).fill_(lowest);
        }

        _iterations.Remove(cell);
        cell.Step++;
    }

    /// <summary>One outer iteration of one cell.</summary>
    sealed class Iteration(LbfgsMinimizer minimizer)
    {
        public LbfgsMinimizer Minimizer { get; } = minimizer;

        /// <summary>The number of the evaluation that is running, from 0.</summary>
        public int Evaluation { get; private set; }

        /// <summary>The function at the point.</summary>
        public double Total { get; set; }

        /// <summary>Set once it has ended.</summary>
        public LbfgsResult? Result { get; private set; }

        public void Advance()
        {
            Result = Minimizer.Supply(Total);
            Evaluation++;
        }
    }
}
