using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;
using StyleFarm.StyleTransfer.Recipes;

namespace StyleFarm.Cli.Farm.Sweeps;

/// <summary>A sweep file, YAML or JSON by its ending.</summary>
/// <param name="Spec">The sweep in it.</param>
/// <param name="Pictures">The pictures that it names, each with its dotted key.</param>
/// <param name="Name">The file, as given.</param>
/// <param name="LineOf">The line of a dotted key, where known.</param>
sealed record SweepFile(SweepSpec Spec, ImmutableArray<(string Key, string Path)> Pictures, string Name, Func<string, int?>? LineOf)
{
    const long MaxBytes = 1 << 20;

    /// <summary>
    /// Reads a sweep. Pictures and recipes in it are meant from the folder of the file; what is not there, from the current one.
    /// </summary>
    /// <param name="written">The file, as given.</param>
    /// <param name="baseFolder">What it is relative to.</param>
    /// <exception cref="StyleFarmException">
    /// BadInput: it cannot be read, or is no YAML or JSON. BadUsage: no sweep, all faults in one message.
    /// </exception>
    public static SweepFile Load(string written, string baseFolder)
    {
        var path = Path.GetFullPath(written, baseFolder);
        var text = ReadText(path, written);
        if (string.IsNullOrWhiteSpace(text))
            throw StyleFarmException.BadInput($"{written}: the file is empty; `stylefarm sweep --help` shows a sweep to start from");
        var folder = Path.GetDirectoryName(path)!;
        Recipe Named(string name) => RecipeFile.Load(RecipePresets.Find(name) is null && Found(name, folder) is { } beside ? beside : name);
        if (path.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var spec = SweepJson.Parse(text, written, Named);
            return new SweepFile(spec, [.. PicturesIn(SweepJson.ToNode(spec))], written, null);
        }

        var document = YamlJson.Parse(text, written);
        return new SweepFile(SweepReader.Read(document.Root, written, document.LineOf, Named), [.. PicturesIn(document.Root!)], written,
            document.LineOf);
    }

    /// <summary>A picture that is missing is a slip of the pen in a sweep, not one bad photo of many.</summary>
    /// <param name="folders">The folders to look in, absolute.</param>
    /// <exception cref="StyleFarmException">BadUsage: names all that are missing, each by its line and key.</exception>
    public void CheckPictures(ImmutableArray<string> folders) => RecipeValidator.Throw(
        [.. Pictures.Where(picture => !File.Exists(PathOf(picture.Path, folders.AsSpan()))).Select(picture => new RecipeFault(picture.Key,
            $"found {picture.Path}, expected a picture: no such file in {string.Join(" or ", folders)}; check the path"))],
        Name, LineOf);

    static IEnumerable<(string Key, string Path)> PicturesIn(JsonNode sweep) =>
        TextsIn("content", sweep["content"]).Concat(TextsIn("style", sweep["style"]));

    /// <summary>The texts in a node: itself, items of lists, and keys of maps, which are paths with shares.</summary>
    static IEnumerable<(string Key, string Path)> TextsIn(string key, JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany((item, i) => TextsIn(string.Create(CultureInfo.InvariantCulture, $"{key}.{i}"), item)),
        JsonObject blend => blend.Select(share => ($"{key}.{share.Key}", share.Key)),
        JsonValue value when value.TryGetValue(out string? text) => [(key, text)],
        _ => [],
    };

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
            if (file.Length > MaxBytes)
                throw StyleFarmException.BadInput($"{shown}: {file.Length} bytes, expected a sweep of at most {MaxBytes}");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{shown}: cannot be read: {e.Message}", e);
        }
    }
}
