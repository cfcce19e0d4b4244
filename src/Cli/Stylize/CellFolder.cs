using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Results;

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

    /// <summary>The finished picture, without loss.</summary>
    public string Picture => Path.Combine(_folder, "result.png");

    string ResultJson => Path.Combine(_folder, "result.json");

    string CheckpointFolder => Path.Combine(_folder, "checkpoints");

    string TelemetryFolder => Path.Combine(_folder, "telemetry");

    /// <summary>Opens a cell's folder, making it if need be, and clears away what a killed process left half written.</summary>
    /// <exception cref="StyleFarmException">The folder cannot be written, or another process renders the same cell.</exception>
    public static CellFolder Open(string state, CellId id)
    {
        var path = Path.GetFullPath(Path.Combine(state, "cells", id.ToString()));
        var lockFile = Path.Combine(path, ".lock");
        try
        {
            Directory.CreateDirectory(path);
            var folder = new CellFolder(path, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            Directory.CreateDirectory(folder.CheckpointFolder);
            Directory.CreateDirectory(folder.TelemetryFolder);
            foreach (var left in Directory.EnumerateFiles(path, AtomicFile.TemporaryPattern, SearchOption.AllDirectories))
                File.Delete(left);
            return folder;
        }
        catch (IOException e) when (File.Exists(lockFile) && e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            throw StyleFarmException.BadInput(
                $"{path}: another stylefarm is rendering this very picture; wait for it, or give another --state", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput(
                $"{state}: the state folder cannot be written ({e.Message.TrimEnd('.')}); give another --state", e);
        }
    }

    /// <summary>The finished cell's provenance; null while the cell is not finished.</summary>
    public JsonObject? Result()
    {
        if (!File.Exists(ResultJson) || !File.Exists(Picture)) return null;
        try
        {
            return JsonNode.Parse(File.ReadAllText(ResultJson)) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Makes the cell a finished one: the picture, then the provenance; the checkpoints go.</summary>
    public void Finish(RgbImage picture, JsonObject provenance)
    {
        ImageFile.Save(picture, Picture);
        AtomicFile.Write(ResultJson, stream => stream.Write(Encoding.UTF8.GetBytes(Provenance.Text(provenance))));
        foreach (var path in Checkpoints()) File.Delete(path);
    }

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
                warn($"passed over: {e.Message}");
            }

        return null;
    }

    /// <summary>The kept loss reports in order. A part ends where the next one begins: what it holds beyond was rendered anew.</summary>
    /// <param name="before">The first step that is left out.</param>
    public IEnumerable<string> Telemetry(int before = int.MaxValue)
    {
        var parts = Parts();
        for (var i = 0; i < parts.Count; i++)
        {
            var end = Math.Min(before, i + 1 < parts.Count ? NumberOf(parts[i + 1]) : int.MaxValue);
            foreach (var line in File.ReadLines(parts[i]))
                if (TelemetryJson.FromLine(line).Step < end)
                    yield return line;
        }
    }

    /// <summary>Forgets the reports from a step on and the checkpoints beyond it: they will come again.</summary>
    public void GoBackTo(int step)
    {
        foreach (var part in Parts().Where(part => NumberOf(part) >= step)) File.Delete(part);
        foreach (var checkpoint in Checkpoints().Where(checkpoint => NumberOf(checkpoint) > step)) File.Delete(checkpoint);
    }

    /// <summary>Keeps the loss reports since the last checkpoint, then the checkpoint, then forgets all but the newest two.</summary>
    /// <param name="firstStep">Of the reports.</param>
    /// <param name="lines">One loss report each.</param>
    /// <param name="checkpoint">Null at the end, when the result takes its place.</param>
    /// <param name="provenance">Metadata of the checkpoint.</param>
    public void Keep(int firstStep, IReadOnlyList<string> lines, CellCheckpoint? checkpoint, IReadOnlyDictionary<string, string> provenance)
    {
        if (lines.Count > 0)
            AtomicFile.Write(Path.Combine(TelemetryFolder, $"{Number(firstStep)}.jsonl"), stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                foreach (var line in lines) writer.WriteLine(line);
            });
        if (checkpoint is null) return;
        CheckpointFile.Write(Path.Combine(CheckpointFolder, $"{Number(checkpoint.Step)}.{Attempt}.safetensors"), checkpoint, provenance);
        foreach (var old in Checkpoints().SkipLast(CheckpointsKept)) File.Delete(old);
    }

    public void Dispose() => _lock.Dispose();

    List<string> Checkpoints() => Sorted(CheckpointFolder, "*.safetensors");

    List<string> Parts() => Sorted(TelemetryFolder, "*.jsonl");

    static List<string> Sorted(string folder, string pattern) =>
        [.. Directory.GetFiles(folder, pattern).Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])).Order(StringComparer.Ordinal)];

    static string Number(int step) => step.ToString("D8", CultureInfo.InvariantCulture);

    static int NumberOf(string path) => int.Parse(Path.GetFileName(path).AsSpan(0, 8), CultureInfo.InvariantCulture);
}
