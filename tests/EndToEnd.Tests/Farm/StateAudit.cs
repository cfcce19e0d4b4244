namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>
/// Reads a state folder from outside while no farm runs on it, and holds it against what it held before: everything visible is whole, what
/// is finished stays as it is, and no work is lost but what lay in memory.
/// </summary>
/// <param name="state">The state folder.</param>
/// <param name="fail">Ends the test with a message.</param>
sealed class StateAudit(string state, Action<string> fail)
{
    readonly Dictionary<string, FileMark> _whole = [];
    readonly Dictionary<string, CellTrack> _cells = [];

    /// <summary>Runs that were looked at.</summary>
    public int Runs { get; private set; }

    /// <summary>Files that were read.</summary>
    public int FilesRead { get; private set; }

    /// <summary>
    /// The most steps between the newest checkpoint that a cell had and the one that it went on from, after any kill; more than 0 where
    /// the kill came while its shard's checkpoints of one moment were being stored.
    /// </summary>
    public int WorstUndone { get; private set; }

    /// <summary>
    /// The most steps between the latest that a cell had told of, be it in its losses as they were shown or in a file, half-written ones
    /// included, and where it went on: what is lost with the memory of a killed process.
    /// </summary>
    public int WorstRepeated { get; private set; }

    /// <summary>How often a cell was seen to go on.</summary>
    public int Resumptions { get; private set; }

    /// <summary>Looks at everything.</summary>
    /// <param name="steps">The latest step of each cell that the run had told the losses of.</param>
    public void Look(IReadOnlyDictionary<string, int> steps)
    {
        Runs++;
        if (!Directory.Exists(state)) return;
        foreach (var folder in new[] { "cells", "jobs", "inputs" }) CheckFiles(Path.Combine(state, folder));
        var cells = Path.Combine(state, "cells");
        if (!Directory.Exists(cells)) return;
        foreach (var cell in Directory.EnumerateDirectories(cells))
        {
            if (!_cells.TryGetValue(cell, out var track)) _cells[cell] = track = new CellTrack(cell, this);
            var marks = Visible(cell).ToDictionary(path => Path.GetRelativePath(cell, path), FileMark.Of);
            track.Look(marks, steps.GetValueOrDefault(Path.GetFileName(cell)));
        }
    }

    /// <summary>A rule is broken.</summary>
    public void Broken(string path, string what) => fail($"{path}: {what}");

    /// <summary>A cell went on so many steps before its newest checkpoint, and before the latest step that it had told of.</summary>
    public void Repeated(int undone, int repeated)
    {
        Resumptions++;
        (WorstUndone, WorstRepeated) = (Math.Max(WorstUndone, undone), Math.Max(WorstRepeated, repeated));
    }

    /// <summary>Every visible file below a folder is whole; what has not changed since it was read is not read again.</summary>
    public void CheckFiles(string folder)
    {
        foreach (var path in Visible(folder))
        {
            var mark = FileMark.Of(path);
            if (_whole.TryGetValue(path, out var known) && known == mark) continue;
            if (WholeFile.FaultOf(path) is { } fault) Broken(path, $"visible and not whole: {fault}");
            _whole[path] = mark;
            FilesRead++;
        }
    }

    static List<string> Visible(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => !Path.GetFileName(path).StartsWith('.'))]
        : [];
}
