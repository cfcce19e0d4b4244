using StyleFarm.Messages.Cells;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>
/// The cells that are known and not at their end, and the steps and pixel-steps that were taken on them. What a cell brought along from
/// an earlier run is no work of this one.
/// </summary>
sealed class OpenWork
{
    readonly Dictionary<CellId, Entry> _open = [];

    /// <summary>Steps of all cells that were found, less those that stopped cells did not take.</summary>
    public long Steps { get; private set; }

    /// <summary>Steps that are done, brought along ones included.</summary>
    public long StepsDone { get; private set; }

    /// <summary>Pixel-steps of all cells that were found, likewise.</summary>
    public double PixelSteps { get; private set; }

    /// <summary>Pixel-steps that are done, brought along ones included.</summary>
    public double PixelStepsDone { get; private set; }

    /// <summary>Pixel-steps that were taken while this looked on.</summary>
    public double PixelStepsSeen { get; private set; }

    /// <summary>The mean size of open cells, in pixels; 0 without any.</summary>
    public double MeanPixels => _open.Count == 0 ? 0 : _open.Values.Average(item => (double)item.Spec.Pixels);

    /// <summary>The cell of an id, while it is open.</summary>
    public CellSpec? this[CellId cell] => _open.TryGetValue(cell, out var item) ? item.Spec : null;

    /// <summary>A cell is to be rendered.</summary>
    public void Add(CellSpec cell)
    {
        if (!_open.TryAdd(cell.Id, new Entry(cell))) return;
        Steps += cell.Steps;
        PixelSteps += (double)cell.Steps * cell.Pixels;
    }

    /// <summary>A cell has so many steps behind it.</summary>
    public void Reach(CellId cell, int step)
    {
        if (!_open.TryGetValue(cell, out var item) || step <= item.Step) return;
        step = Math.Min(step, item.Spec.Steps);
        var taken = step - Math.Max(item.Step, 0);
        StepsDone += taken;
        PixelStepsDone += (double)taken * item.Spec.Pixels;
        if (item.Step >= 0) PixelStepsSeen += (double)taken * item.Spec.Pixels;
        item.Step = step;
    }

    /// <summary>A cell has all its steps behind it.</summary>
    public void Complete(CellId cell)
    {
        if (this[cell] is { } spec) Reach(cell, spec.Steps);
    }

    /// <summary>A cell goes no further.</summary>
    /// <returns>The cell, if it was open.</returns>
    public CellSpec? Remove(CellId cell)
    {
        if (!_open.Remove(cell, out var item)) return null;
        var left = item.Spec.Steps - Math.Max(item.Step, 0);
        Steps -= left;
        PixelSteps -= (double)left * item.Spec.Pixels;
        return item.Spec;
    }

    sealed class Entry(CellSpec spec)
    {
        public CellSpec Spec { get; } = spec;

        /// <summary>-1 until its first word, which tells where it began.</summary>
        public int Step { get; set; } = -1;
    }
}
