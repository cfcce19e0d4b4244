using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.GpuNode.Checkpoints;

/// <summary>
/// Checkpoints on the local disk while the store is away. They are gone from here when they are in the store or not wanted any more; what
/// a killed process left is found again by the next one, and forgotten after a week.
/// </summary>
sealed class Spool(string folder)
{
    static readonly TimeSpan KeptFor = TimeSpan.FromDays(7);

    /// <summary>Keeps a checkpoint.</summary>
    /// <returns>Its path.</returns>
    /// <exception cref="StyleFarmException">The disk is full or cannot be written.</exception>
    public string Keep(CellId cell, int step, int attempt, ReadOnlyMemory<byte> content)
    {
        var path = Path.Combine(folder, cell.ToString(), NameOf(step, attempt));
        AtomicFile.Write(path, stream => stream.Write(content.Span));
        return path;
    }

    /// <summary>The checkpoints of a cell that are kept here.</summary>
    public IReadOnlyList<(int Step, int Attempt, string Path)> Of(CellId cell)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(Path.Combine(folder, cell.ToString()), "*.safetensors")
                    .Select(path => (Key: CheckpointName.Parse(Path.GetFileName(path)), path))
                    .Where(file => file.Key is not null).Select(file => (file.Key!.Value.Step, file.Key.Value.Attempt, file.path)),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was kept, or an attempt that ends has just forgotten the last of it.
            return [];
        }
    }

    /// <summary>Forgets a checkpoint, and the cell's folder when it was the last.</summary>
    public static void Forget(string path)
    {
        try
        {
            File.Delete(path);
            if (Path.GetDirectoryName(path) is { } own && Directory.Exists(own) && !Directory.EnumerateFileSystemEntries(own).Any())
                Directory.Delete(own);
        }
        catch (IOException)
        {
            // Somebody else tidies up at the same time.
        }
    }

    /// <summary>Forgets what nobody came back for.</summary>
    public void Tidy(DateTimeOffset now)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToList())
            if (File.GetLastWriteTimeUtc(path) < (now - KeptFor).UtcDateTime)
                Forget(path);
    }

    static string NameOf(int step, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{step:D8}.{attempt}.safetensors");
}

/// <summary>The last part of a checkpoint's key.</summary>
static class CheckpointName
{
    /// <summary>Step and attempt of <c>00000050.2.safetensors</c>; null for another form.</summary>
    public static (int Step, int Attempt)? Parse(string name) =>
        name.Split('.') is [{ Length: 8 } step, var attempt, "safetensors"]
        && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var steps)
        && int.TryParse(attempt, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (steps, number)
            : null;

    /// <summary>The same of a whole key.</summary>
    public static (int Step, int Attempt)? Parse(StoreKey key) => Parse(key.ToString().Split('/')[^1]);
}
