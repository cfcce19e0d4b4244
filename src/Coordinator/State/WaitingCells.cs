using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Coordinator.State;

/// <summary>
/// Waiting cells of one job: of each batch key in the job's order, so that shards come out the same whenever they are formed.
/// </summary>
public sealed class WaitingCells(JobSpec job)
{
    readonly Dictionary<string, SortedList<(int Index, string Cell), CellId>> _byKey = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public int Count { get; private set; }

    /// <summary>The batch keys that cells wait under.</summary>
    public IEnumerable<string> Keys => _byKey.Keys;

    /// <summary>How many wait under a key.</summary>
    public int CountOf(string key) => _byKey.TryGetValue(key, out var cells) ? cells.Count : 0;

    /// <summary>The first under a key, and the rest after it.</summary>
    public IEnumerable<CellId> Under(string key) => _byKey.TryGetValue(key, out var cells) ? cells.Values : [];

    /// <summary>The place in the job of the first under a key.</summary>
    public int FirstIndex(string key) => _byKey[key].Keys[0].Index;

    /// <summary>Adds a cell.</summary>
    public void Add(CellState cell)
    {
        if (!_byKey.TryGetValue(KeyOf(cell), out var cells)) _byKey[KeyOf(cell)] = cells = [];
        cells.Add((cell.Spec.Index, cell.Spec.Id.ToString()), cell.Spec.Id);
        Count++;
    }

    /// <summary>Takes a cell away; false when it was not there.</summary>
    public bool Remove(CellState cell)
    {
        if (!_byKey.TryGetValue(KeyOf(cell), out var cells) || !cells.Remove((cell.Spec.Index, cell.Spec.Id.ToString()))) return false;
        if (cells.Count == 0) _byKey.Remove(KeyOf(cell));
        Count--;
        return true;
    }

    /// <summary>Cells that stop at different rungs, or are to be rendered alone, do not share.</summary>
    string KeyOf(CellState cell) =>
        cell.IsAlone(job) ? $"{cell.Spec.BatchKey}!{cell.Spec.Id}" : cell.StopAt is { } stop ? $"{cell.Spec.BatchKey}@{stop}"
            : cell.Spec.BatchKey;
}
