using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Serialization;

namespace StyleFarm.Messages.Recipes;

/// <summary>The texts that stand for the recipe's choices in JSON, YAML and on the command line.</summary>
public static class RecipeText
{
    /// <summary>The text of a choice: `adam-tf` for <see cref="OptimizerKind.AdamTf"/>.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Rows.First(row => EqualityComparer<T>.Default.Equals(row.Value, value)).Text;

    /// <summary>The choice of this exact text, if there is one.</summary>
    public static bool TryParse<T>(string text, out T value)
        where T : struct, Enum
    {
        foreach (var row in Table<T>.Rows)
        {
            if (row.Text != text)
                continue;
            value = row.Value;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>All texts in the order of the enum.</summary>
    public static ImmutableArray<string> Names<T>()
        where T : struct, Enum => [.. Table<T>.Rows.Select(row => row.Text)];

    static class Table<T>
        where T : struct, Enum
    {
        public static readonly ImmutableArray<(T Value, string Text)> Rows =
        [
            .. typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field =>
                ((T)field.GetValue(null)!, field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name)),
        ];
    }
}
