using System.Globalization;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>A file as it was seen.</summary>
readonly record struct FileMark(long SizeBytes, DateTime Modified)
{
    public static FileMark Of(string path) => new FileInfo(path) is var file ? new(file.Length, file.LastWriteTimeUtc) : default;
}

/// <summary>What the folder of one cell has shown from kill to kill, and the rules that it must keep.</summary>
/// <param name="folder">The cell's folder.</param>
/// <param name="audit">Told what is broken, and how much was repeated.</param>
sealed class CellTrack(string folder, StateAudit audit)
{
    Dictionary<string, FileMark> _marks = [];
    byte[]? _result;
    bool _isSettled;
    int _newest;
    int _floor;
    int _reached;

    /// <summary>Looks at the folder after a run was killed or has ended.</summary>
    /// <param name="marks">Its visible files, relative to it.</param>
    /// <param name="step">The latest step whose losses the run told.</param>
    public void Look(Dictionary<string, FileMark> marks, int step)
    {
        if (_result is null) CheckSteps(marks, step);
        CheckResult(marks);
        _marks = marks;
    }

    /// <summary>
    /// The shard goes on from the newest checkpoint that all its cells have, so a kill may undo one checkpoint of a cell whose neighbours
    /// had not got theirs: what stood before, the next run must not fall behind.
    /// </summary>
    void CheckSteps(Dictionary<string, FileMark> marks, int step)
    {
        var steps = StepsIn(marks.Keys, "checkpoints").Distinct().OrderDescending().ToList();
        var isFinished = marks.ContainsKey("result.json");
        if (!isFinished && steps.FirstOrDefault() < _floor)
            audit.Broken(folder, $"its newest checkpoint fell to step {steps.FirstOrDefault()}, below {_floor}");
        var rendered = marks.Where(file => !_marks.TryGetValue(file.Key, out var before) || before != file.Value)
            .Select(file => file.Key);
        if (StepsIn(rendered, "telemetry").ToList() is { Count: > 0 } begun && audit.Runs > 1)
        {
            var resumed = begun.Min();
            if (resumed < _floor) audit.Broken(folder, $"it went on from step {resumed}, behind a checkpoint of step {_floor}");
            audit.Repeated(_newest - resumed, _reached - resumed);
        }

        _newest = steps.FirstOrDefault();
        _floor = Math.Max(_floor, steps.Skip(1).FirstOrDefault());
        var named = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(StepNamed);
        _reached = Math.Max(step, named.Append(0).Max());
    }

    /// <summary>Once there, a result stays to the byte; once its attempts are cleaned up, nothing in the cell is written.</summary>
    void CheckResult(Dictionary<string, FileMark> marks)
    {
        var path = Path.Combine(folder, "result.json");
        if (!marks.ContainsKey("result.json"))
        {
            if (_result is not null) audit.Broken(folder, "its result.json has gone");
            return;
        }

        if (!marks.ContainsKey("result.png")) audit.Broken(folder, "it has a result.json and no result.png");
        var bytes = File.ReadAllBytes(path);
        if (_result is not null && !bytes.AsSpan().SequenceEqual(_result)) audit.Broken(folder, "its result.json has changed");
        if (_isSettled)
            foreach (var (name, mark) in marks)
                if (!_marks.TryGetValue(name, out var before) || before != mark)
                    audit.Broken(folder, $"{name} was written after the cell had been finished");
        _result = bytes;
        _isSettled = !marks.Keys.Any(name => name.StartsWith("attempts/", StringComparison.Ordinal));
    }

    static IEnumerable<int> StepsIn(IEnumerable<string> names, string kind) =>
        names.Where(name => name.StartsWith($"{kind}/", StringComparison.Ordinal)).Select(StepNamed);

    /// <summary>The step in the name of a file, half-written ones included; 0 where there is none.</summary>
    static int StepNamed(string path) =>
        int.TryParse(Path.GetFileName(path).TrimStart('.').Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step)
        && !path.Contains("/attempts/", StringComparison.Ordinal) ? step : 0;
}
