using System.Collections.Immutable;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Recipes;

/// <summary>Recipes by name or from a .yaml, .yml or .json file.</summary>
public static class RecipeFile
{
    /// <summary>The largest file that is read, in bytes.</summary>
    public const long MaxBytes = 1 << 20;

    static readonly ImmutableArray<string> Endings = [".yaml", ".yml", ".json"];

    static string Names => string.Join(", ", RecipePresets.Names);

    /// <summary>
    /// The preset of this name; else the recipe in the file of this path. A name with a slash or one of the endings is a path, as is
    /// that of a file that exists.
    /// </summary>
    /// <exception cref="StyleFarmException">BadUsage: no such preset, or the file holds no recipe. BadInput: it cannot be read.</exception>
    public static Recipe Load(string nameOrPath)
    {
        if (RecipePresets.Find(nameOrPath) is { } preset)
            return preset.Recipe;
        var isPath = nameOrPath.Contains('/', StringComparison.Ordinal)
            || Endings.Any(ending => nameOrPath.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
        return isPath || File.Exists(nameOrPath) ? Parse(ReadText(nameOrPath), nameOrPath) : RecipePresets.Get(nameOrPath);
    }

    /// <summary>The recipe in a text: JSON when the source's name ends in .json, else YAML.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">What an error begins with: the file's name.</param>
    /// <exception cref="StyleFarmException">BadInput: no YAML or JSON. BadUsage: no recipe, all faults in one message.</exception>
    public static Recipe Parse(string text, string source)
    {
        if (source.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(text))
            return RecipeJson.Parse(text, source);
        var document = YamlJson.Parse(text, source);
        return document.Root is null
            ? throw StyleFarmException.BadInput(
                $"{source}: the file is empty; `stylefarm recipes NAME` prints a recipe to start from ({Names})")
            : RecipeJson.Read(document.Root, source, document.LineOf);
    }

    /// <summary>The recipe as YAML with a comment on each field; <see cref="Parse"/> gives an equal one.</summary>
    public static string ToYaml(Recipe recipe) => RecipeYaml.Write(recipe);

    static string ReadText(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (Directory.Exists(path))
                throw StyleFarmException.BadInput($"{path}: a folder, expected a .yaml or .json recipe");
            if (!file.Exists)
                throw StyleFarmException.BadInput($"{path}: no such file; give the path of a .yaml or .json recipe, or one of {Names}");
            if (file.Length > MaxBytes)
                throw StyleFarmException.BadInput($"{path}: {file.Length} bytes, expected a recipe of at most {MaxBytes}");
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw StyleFarmException.BadInput($"{path}: cannot be read: {e.Message}", e);
        }
    }
}
