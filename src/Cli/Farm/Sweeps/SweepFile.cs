using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;
using StyleFarm.StyleTransfer.Recipes;

namespace StyleFarm.Cli.Farm.Sweeps;

/// <summary>A sweep file, YAML or JSON by its ending.</summary>
static class SweepFile
{
    const long MaxBytes = 1 << 20;

    /// <summary>
    /// Reads a sweep. Pictures and recipes in it are meant from the folder of the file; what is not there, from the current one.
    /// </summary>
    /// <param name="written">The file, as given.</param>
    /// <param name="baseFolder">What it is relative to.</param>
    /// <exception cref="StyleFarmException">BadInput: it cannot be read, or is no YAML or JSON. BadUsage: no sweep, all faults in one message.</exception>
    public static SweepSpec Load(string written, string baseFolder)
    {
        var path = Path.GetFullPath(written, baseFolder);
        var text = ReadText(path, written);
        if (string.IsNullOrWhiteSpace(text))
            throw StyleFarmException.BadInput($"{written}: the file is empty; `stylefarm sweep --help` shows a sweep to start from");
        var folder = Path.GetDirectoryName(path)!;
        Recipe Named(string name) => RecipeFile.Load(RecipePresets.Find(name) is null && Found(name, folder) is { } beside ? beside : name);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return SweepJson.Parse(text, written, Named);
        var document = YamlJson.Parse(text, written);
        return SweepReader.Read(document.Root, written, document.LineOf, Named);
    }

    /// <summary>The absolute path of a picture that a sweep names.</summary>
    /// <param name="written">As in the sweep.</param>
    /// <param name="folders">The folders to look in, absolute.</param>
    public static string PathOf(string written, params ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
            if (Found(written, folder) is { } path)
                return path;
        return Path.GetFullPath(written, folders[0]);
    }

    static string? Found(string written, string folder) => Path.GetFullPath(written, folder) is var path && File.Exists(path) ? path : null;

    static string ReadText(string path, string shown)
    {
        try
        {
            if (Directory.Exists(path)) throw StyleFarmException.BadInput($"{shown}: a folder, expected a .yaml or .json file of a sweep");
            var file = new FileInfo(path);
            if (!file.Exists) throw StyleFarmException.BadInput($"{shown}: no such file; give a .yaml or .json file of a sweep");
            if (file.Length > MaxBytes) throw StyleFarmException.BadInput($"{shown}: {file.Length} bytes, expected a sweep of at most {MaxBytes}");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{shown}: cannot be read: {e.Message}", e);
        }
    }
}
