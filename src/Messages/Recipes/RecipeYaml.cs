using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace StyleFarm.Messages.Recipes;

/// <summary>Writes a recipe as YAML with a comment on each field, to start one's own from.</summary>
public static class RecipeYaml
{
    const int Columns = 100;
    const int CommentColumn = 34;

    /// <summary>Every field in the schema's order; reading it back gives an equal recipe.</summary>
    public static string Write(Recipe recipe)
    {
        var yaml = new StringBuilder();
        WriteMap(yaml, RecipeJson.ToNode(recipe), RecipeSchema.Root, "");
        return yaml.ToString();
    }

    static void WriteMap(StringBuilder yaml, JsonObject map, MapRule rule, string indent)
    {
        foreach (var field in rule.Fields)
        {
            var value = map[field.Name];
            var name = $"{indent}{field.Name}:";
            if (value is null && field.Name == "description")
                continue;
            if (RecipeNodes.Text(value) is { } text && field.Name == "description")
            {
                WriteText(yaml, name, text);
                continue;
            }
            WriteLine(yaml, value is JsonObject or JsonArray ? name : $"{name} {Scalar(value)}", field.Help);
            if (value is JsonObject members && field.Rule is MapRule memberRule)
                WriteMap(yaml, members, memberRule, indent + "  ");
            else if (value is JsonObject taps)
                foreach (var (tap, weight) in taps)
                    yaml.Append(indent).Append("  ").Append(tap).Append(": ").Append(Scalar(weight)).Append('\n');
            else if (value is JsonArray list)
                foreach (var item in list)
                    yaml.Append(indent).Append("  - ").Append(Flow(item!.AsObject())).Append('\n');
        }
    }

    static void WriteLine(StringBuilder yaml, string line, string help) =>
        yaml.Append(help.Length == 0 ? line : $"{line.PadRight(CommentColumn)}  # {help}").Append('\n');

    static void WriteText(StringBuilder yaml, string name, string text)
    {
        var words = text.Split(' ');
        if (name.Length + text.Length < Columns || words.Any(word => word.Length == 0 || word.Any(char.IsControl)))
        {
            yaml.Append(name).Append(' ').Append(Quoted(text)).Append('\n');
            return;
        }
        yaml.Append(name).Append(" >-\n ");
        var column = 1;
        foreach (var word in words)
        {
            if (column > 1 && column + word.Length >= Columns)
            {
                yaml.Append("\n ");
                column = 1;
            }
            yaml.Append(column == 1 ? " " : "").Append(column == 1 ? "" : " ").Append(word);
            column += word.Length + 1;
        }
        yaml.Append('\n');
    }

    static string Flow(JsonObject map) =>
        $"{{{string.Join(", ", map.Where(member => member.Value is not null).Select(member => $"{member.Key}: {Scalar(member.Value)}"))}}}";

    static string Scalar(JsonNode? node) => node switch
    {
        null => "none",
        _ when RecipeNodes.Text(node) is { } text => IsPlain(text) ? text : Quoted(text),
        _ when RecipeNodes.Number(node) is { } number => Number(number),
        _ => node.ToJsonString(),
    };

    /// <summary>A form that YAML 1.1 readers too take for a number: 1.0e-08.</summary>
    static string Number(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();
        var exponent = text.IndexOf('e', StringComparison.Ordinal);
        return exponent < 0 || text.Contains('.', StringComparison.Ordinal) ? text : text.Insert(exponent, ".0");
    }

    static bool IsPlain(string text) =>
        char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || "_./()*^-".Contains(c, StringComparison.Ordinal))
        && FlowText.Resolve(text)?.GetValueKind() == JsonValueKind.String;

    static string Quoted(string text) => JsonValue.Create(text).ToJsonString();
}
