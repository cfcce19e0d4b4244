using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Recipes;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm recipes [NAME] [--json]`: the presets in a table, or one recipe whole.</summary>
public static class RecipesCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm recipes                                  the list
          stylefarm recipes d2l > mine.yaml                  a copy to edit, each field with its meaning
          stylefarm recipes mine.yaml                        checks it
          stylefarm stylize a.jpg b.jpg --recipe mine.yaml   renders with it
        """;

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly string[] Headings = ["name", "source", "optimizer", "steps", "size"];

    /// <summary>The command; its action throws StyleFarmException on a name that does not exist.</summary>
    public static Command Create()
    {
        var name = new Argument<string?>("NAME")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "A preset's name, or a recipe file to check and print with every default written out.",
        };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new TaughtCommand("recipes",
            "List the recipes that come with StyleFarm, or print one whole to start your own from.", Lesson);
        command.Arguments.Add(name);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var asJson = parsed.GetValue(json);
            if (parsed.GetValue(name) is { } wanted)
                Print(RecipeFile.Load(wanted), asJson, parsed.InvocationConfiguration.Output);
            else if (asJson)
                parsed.InvocationConfiguration.Output.WriteLine(ListAsJson());
            else
                PrintTable(parsed.InvocationConfiguration.Output);
            return 0;
        });
        return command;
    }

    static void Print(Recipe recipe, bool asJson, TextWriter output)
    {
        if (asJson)
            output.WriteLine(RecipeJson.Write(recipe));
        else
            output.Write(RecipeFile.ToYaml(recipe));
    }

    static string ListAsJson() => new JsonArray(
    [
        .. RecipePresets.All.Select(preset => new JsonObject
        {
            ["name"] = preset.Name,
            ["source"] = preset.Source,
            ["recipe"] = RecipeJson.ToNode(preset.Recipe),
        }),
    ]).ToJsonString(Indented);

    static void PrintTable(TextWriter output)
    {
        var rows = RecipePresets.All.Select(Row).ToList();
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected)
        {
            var table = new Table().Border(TableBorder.Rounded).AddColumns(Headings);
            foreach (var row in rows)
                table.AddRow([.. row.Select(Markup.Escape)]);
            AnsiConsole.Write(table);
            return;
        }
        var widths = Headings.Select((heading, i) => rows.Select(row => row[i].Length).Append(heading.Length).Max()).ToList();
        foreach (var row in rows.Prepend(Headings))
            output.WriteLine(string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    static string[] Row(RecipePreset preset)
    {
        var recipe = preset.Recipe;
        var optimizer = RecipeText.Of(recipe.Optimizer.Kind);
        var steps = recipe.Scales is { } scales
            ? string.Join(" + ", scales.Select(scale => scale.Steps.ToString(CultureInfo.InvariantCulture)))
            : recipe.Steps.ToString(CultureInfo.InvariantCulture);
        var isLbfgs = recipe.Optimizer.Kind == OptimizerKind.Lbfgs;
        return
        [
            preset.Name,
            preset.Source,
            isLbfgs ? optimizer : string.Create(CultureInfo.InvariantCulture, $"{optimizer}, lr {recipe.Optimizer.Lr}"),
            isLbfgs ? $"{steps} outer" : steps,
            recipe.Size?.ToString() ?? "",
        ];
    }
}
