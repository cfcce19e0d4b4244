using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;
using StyleFarm.StyleTransfer.Recipes;

namespace StyleFarm.Cli.Commands;

/// <summary>Options that decide what a picture becomes, and how they are read. One picture or many: they mean the same.</summary>
static class RenderOptions
{
    public static readonly Option<string> RecipeName = new("--recipe")
    {
        Description = "A preset (see: stylefarm recipes) or a YAML or JSON file.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => RecipePresets.DefaultName,
    };

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "Another value for a field of the recipe, such as optimizer.lr=0.05 or style.relu4_1=0.5. May be repeated.",
        HelpName = "key=value",
        Arity = ArgumentArity.OneOrMore,
    };

    public static readonly Option<string?> Size = new("--size")
    {
        Description = "Size of the result: the long side in pixels, WIDTHxHEIGHT, or original.",
        HelpName = "N|WxH|original",
    };

    public static readonly Option<string?> StyleSize = new("--style-size")
    {
        Description = "Size of the style pictures; larger gives larger brush strokes. Default: as for the content.",
        HelpName = "N|WxH|original",
    };

    public static readonly Option<int?> Steps = NumberOption.Optional("--steps",
        "Optimisation steps, over all scales. Default: the recipe's.", min: 1, max: 1_000_000);

    public static readonly Option<string?> InitFrom = new("--init")
    {
        Description = "What to start from: content, style, uniform, normal, noise-mix or a picture.",
        HelpName = "content|style|noise|FILE",
    };

    public static readonly Option<ulong> Seed = NumberOption.WithDefault("--seed",
        "Seeds the noise of the start.", min: 0UL, max: ulong.MaxValue, standard: 0UL);

    public static readonly Option<int> CheckpointEvery = NumberOption.WithDefault("--checkpoint-every",
        "Steps between checkpoints; 0 for none.", min: 0, max: int.MaxValue, standard: 25);

    public static readonly Option<int> Quality = NumberOption.WithDefault("--quality",
        "Of a .jpg or .webp, 1 to 100.", min: 1, max: 100, standard: 95, helpName: "Q");

    /// <summary>The recipe with everything that the options change in it.</summary>
    /// <exception cref="StyleFarmException">BadUsage or BadInput: no such recipe, or a value that it does not take.</exception>
    public static Recipe ReadRecipe(ParseResult parsed)
    {
        var recipe = RecipeFile.Load(parsed.GetValue(RecipeName)!);
        if (parsed.GetValue(Set) is { Length: > 0 } overrides) recipe = RecipeOverrides.Apply(recipe, overrides);
        if (parsed.GetValue(InitFrom) is { } init) recipe = recipe with { Init = ReadInit(init) };
        return WithSteps(recipe, parsed);
    }

    /// <summary>The recipe with the steps of `--steps`.</summary>
    public static Recipe WithSteps(Recipe recipe, ParseResult parsed) =>
        parsed.GetValue(Steps) is { } steps ? RecipeSteps.With(recipe, steps) : recipe;

    /// <summary>A size, or null when the option was not given.</summary>
    /// <exception cref="StyleFarmException">BadUsage: it is no size.</exception>
    public static RecipeSize? ReadSize(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        { } text when RecipeSize.TryParse(text, out var size) => size,
        { } text => throw StyleFarmException.BadUsage(
            $"{option.Name} {text}: give the long side in pixels (512), WIDTHxHEIGHT (450x300) or original"),
    };

    /// <summary>Shares of styles such as <c>2,1</c>; empty for null.</summary>
    /// <exception cref="StyleFarmException">BadUsage: one is no number above 0.</exception>
    public static ImmutableArray<double> ReadShares(string? text)
    {
        if (text is null) return [];
        var shares = ImmutableArray.CreateBuilder<double>();
        foreach (var part in text.Split(','))
        {
            var isNumber = double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && double.IsFinite(share);
            if (!isNumber || share <= 0)
                throw StyleFarmException.BadUsage($"--style-weights {text}: '{part}' is not a number above 0; write them like 2,1");
            shares.Add(share);
        }

        return shares.ToImmutable();
    }

    static Init ReadInit(string text) => Init.TryParse(text == "noise" ? "uniform" : text)
        ?? throw StyleFarmException.BadUsage($"--init {text}: give {string.Join(", ", Init.Words)}, or a picture as ./{text}"
            + NearestMatch.Hint(NearestMatch.Find(text, Init.Words)));
}
