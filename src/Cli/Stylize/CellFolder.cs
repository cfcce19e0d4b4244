using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.Cli.Stylize;

/// <summary>
/// What is kept of one cell below the state folder: <c>cells/ID/checkpoints</c>, <c>telemetry</c>, and in the end the picture and
/// <c>result.json</c>, which is written last: where it stands, the cell is finished. Held by one process at a time.
/// </summary>
sealed class CellFolder : IDisposable
{
    const int CheckpointsKept = 2;
    const string Attempt = "1";

    readonly string _folder;
    readonly FileStream _lock;

    CellFolder(string folder, FileStream held) => (_folder, _lock) = (folder, held);

    /// <summary>The finished cell's provenance; exists only when all else does.</summary>
    public string ResultJson => Path.Combine(_folder, "result.json");

    /// <summary>Whether the cell is finished.</summary>
    public bool IsFinished => File.Exists(ResultJson);

    /// <summary>Opens a cell's folder, making it if need be.</summary>
    /// <exception cref="StyleFarmException">The folder cannot be written, or another process renders the same cell.</exception>
    public static CellFolder Open(string state, CellId id)
    {
        var folder = Path.GetFullPath(Path.Combine(state, "cells", id.ToString()));
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "checkpoints"));
            Directory.CreateDirectory(Path.Combine(folder, "telemetry"));
            return new CellFolder(folder, new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (Directory.Exists(folder) && File.Exists(Path.Combine(folder, ".lock")))
        {
            throw StyleFarmException.BadInput($"{folder}: another stylefarm renders this very picture ({e.Message}); wait for it, or give another --state", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{state}: the state folder cannot be written ({e.Message}); give another --state", e);
        }
    }

    /// <summary>The finished picture in the format of this extension.</summary>
    public string ResultPicture(string extension) => Path.Combine(_folder, "result" + extension);

    /// <summary>The newest checkpoint that can be read. Broken ones are named to <paramref name="warn"/> and passed over.</summary>
    public CellCheckpoint? NewestCheckpoint(Action<string> warn)
    {
        foreach (var path in Enumerable.Reverse(Checkpoints()))
            try
            {
                return CheckpointFile.Read(path);
            }
            catch (StyleFarmException e)
            {
                warn(e.Message);
            }

        return null;
    }

    /// <summary>The loss reports of the steps before a checkpoint, in order.</summary>
    public IEnumerable<string> TelemetryBefore(int step) =>
        Directory.GetFiles(Path.Combine(_folder, "telemetry"), "*.jsonl").Order(StringComparer.Ordinal)
            .Where(path => NumberOf(path) < step)
            .SelectMany(File.ReadLines)
            .Where(line => TelemetryJson.FromLine(line).Step < step);

    /// <summary>Keeps the loss reports since the last checkpoint, then the checkpoint, then forgets all but the newest two.</summary>
    /// <param name="firstStep">Of the reports.</param>
    /// <param name="lines">One loss report each.</param>
    /// <param name="checkpoint">Null at the end, when the result takes its place.</param>
    /// <param name="provenance">Metadata of the checkpoint.</param>
    public void Keep(int firstStep, IReadOnlyList<string> lines, CellCheckpoint? checkpoint, IReadOnlyDictionary<string, string> provenance)
    {
        if (lines.Count > 0)
            AtomicFile.Write(Path.Combine(_folder, "telemetry", $"{Number(firstStep)}.jsonl"), stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                foreach (var line in lines) writer.WriteLine(line);
            });
        if (checkpoint is null) return;
        CheckpointFile.Write(Path.Combine(_folder, "checkpoints", $"{Number(checkpoint.Step)}.{Attempt}.safetensors"), checkpoint, provenance);
        foreach (var old in Checkpoints().SkipLast(CheckpointsKept)) File.Delete(old);
    }

    /// <summary>Forgets the checkpoints of a finished cell.</summary>
    public void ForgetCheckpoints()
    {
        foreach (var path in Checkpoints()) File.Delete(path);
    }

    public void Dispose() => _lock.Dispose();

    List<string> Checkpoints() => [.. Directory.GetFiles(Path.Combine(_folder, "checkpoints"), "*.safetensors").Order(StringComparer.Ordinal)];

    static string Number(int step) => step.ToString("D8", CultureInfo.InvariantCulture);

    static int NumberOf(string path) => int.Parse(Path.GetFileName(path).AsSpan(0, 8), CultureInfo.InvariantCulture);
}
