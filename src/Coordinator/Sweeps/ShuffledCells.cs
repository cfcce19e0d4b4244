using StyleFarm.Messages.Recipes;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>Some cells of a grid, drawn without repetition, each with the same chance.</summary>
sealed class ShuffledCells : ICellSource
{
    readonly GridCells _grid;
    readonly int[] _cells;
    readonly int _wanted;

    public ShuffledCells(GridCells grid, int wanted, ulong seed)
    {
        (_grid, _wanted) = (grid, wanted);
        var stream = new DrawStream(seed);
        var deck = Enumerable.Range(0, grid.Count).ToArray();
        _cells = new int[Math.Min(wanted, deck.Length)];
        for (var i = 0; i < _cells.Length; i++)
        {
            var at = i + stream.Below(deck.Length - i);
            (deck[i], deck[at]) = (deck[at], deck[i]);
            _cells[i] = deck[i];
        }
    }

    public int Count => _cells.Length;

    public int Repeated => 0;

    public int SeedCopies => 0;

    public int Refused => 0;

    public CellChoice At(int cell) => _grid.At(_cells[cell]);

    public int? Steps(int cell) => _grid.Steps(_cells[cell]);

    public ValueList<string> Labels(int axis) => _grid.Labels(axis);

    public IEnumerable<string> Notices()
    {
        if (Count < _wanted)
            yield return FormattableString.Invariant($"search: {_wanted:N0} cells were asked for, but only {Count:N0} are different");
    }
}
