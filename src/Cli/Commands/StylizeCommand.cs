using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Recipes;
using StyleFarm.StyleTransfer.Rendering;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm stylize CONTENT STYLE... [options]`.</summary>
static class StylizeCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm stylize photo.jpg painting.jpg -o out.png
          stylefarm stylize photo.jpg painting.jpg -o big.jpg --size 1024 --steps 300
          stylefarm stylize photo.jpg wave.jpg starry.jpg --style-weights 2,1      two parts wave, one part starry
          stylefarm stylize photo.jpg painting.jpg --recipe d2l --set optimizer.lr=0.05 --set style_weight=1e5

        Press Ctrl-C at any time: the same command goes on from there, to the same picture. All fields that --set takes, with
        their meaning: stylefarm recipes NAME.
        """;

    static readonly Argument<string> Content =
        new Argument<string>("CONTENT") { Description = "The picture whose content is kept." }.WithoutStrayOptions();

    static readonly Argument<string[]> Styles = new Argument<string[]>("STYLE")
    {
        Description = "The picture whose style is painted; several are blended.",
        Arity = ArgumentArity.OneOrMore,
    }.WithoutStrayOptions();

    static readonly Option<string> Output = new("-o", "--output")
    {
        Description = "The picture to write: .png, .jpg, .tif or .webp. Its provenance goes beside it as result.json.",
        HelpName = "OUT.png",
        DefaultValueFactory = _ => "stylized.png",
    };

    static readonly Option<string> RecipeOption = new("--recipe")
    {
        Description = "A preset (see: stylefarm recipes) or a YAML or JSON file.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => RecipePresets.DefaultName,
    };

    static readonly Option<string[]> Set = new("--set")
    {
        Description = "Another value for a field of the recipe, such as optimizer.lr=0.05 or style.relu4_1=0.5. May be repeated.",
        HelpName = "key=value",
        Arity = ArgumentArity.OneOrMore,
    };

    internal static readonly Option<string?> Size = new("--size")
    {
        Description = "Size of the result: the long side in pixels, WIDTHxHEIGHT, or original.",
        HelpName = "N|WxH|original",
    };

    static readonly Option<string?> StyleSize = new("--style-size")
    {
        Description = "Size of the style pictures; larger gives larger brush strokes. Default: as for the content.",
        HelpName = "N|WxH|original",
    };

    internal static readonly Option<int?> Steps = NumberOption.Optional("--steps",
        "Optimisation steps, over all scales. Default: the recipe's.", min: 1, max: 1_000_000);

    static readonly Option<string?> InitOption = new("--init")
    {
        Description = "What to start from: content, style, uniform, normal, noise-mix or a picture.",
        HelpName = "content|style|noise|FILE",
    };

    static readonly Option<string?> StyleWeights = new("--style-weights")
    {
        Description = "Shares of several styles, such as 2,1. Default: equal.",
        HelpName = "A,B",
    };

    static readonly Option<ulong> Seed = NumberOption.WithDefault("--seed",
        "Seeds the noise of the start.", min: 0UL, max: ulong.MaxValue, standard: 0UL);

    static readonly Option<int> CheckpointEvery = NumberOption.WithDefault("--checkpoint-every",
        "Steps between checkpoints; 0 for none.", min: 0, max: int.MaxValue, standard: 25);

    static readonly Option<string?> Telemetry = new("--telemetry")
    {
        Description = "Write the losses of every step, one JSON line each.",
        HelpName = "FILE.jsonl",
    };

    static readonly Option<int> Quality = NumberOption.WithDefault("--quality",
        "Of a .jpg or .webp, 1 to 100.", min: 1, max: 100, standard: 95, helpName: "Q");

    static readonly Option<bool> KeepMetadata = new("--keep-metadata")
    {
        Description = "Keep the content's EXIF, colour profile and transparency.",
    };

    public static Command Create()
    {
        var command = new TaughtCommand("stylize", "Paint one picture in the style of others.", Lesson)
        {
            Content, Styles, Output, RecipeOption, Set, Size, StyleSize, Steps, InitOption, EngineOptions.Weights, EngineOptions.Precision,
            EngineOptions.Device, EngineOptions.Threads, Seed, StyleWeights, CheckpointEvery, Telemetry, Quality, KeepMetadata,
            EngineOptions.State, EngineOptions.Json,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(StylizeRun.Execute(Read(parsed), TimeProvider.System, cancellation)));
        return command;
    }

    static StylizeRequest Read(ParseResult parsed)
    {
        var recipeName = parsed.GetValue(RecipeOption)!;
        var recipe = RecipeFile.Load(recipeName);
        if (parsed.GetValue(Set) is { Length: > 0 } overrides) recipe = RecipeOverrides.Apply(recipe, overrides);
        if (parsed.GetValue(InitOption) is { } init) recipe = recipe with { Init = ReadInit(init) };
        recipe = WithSteps(recipe, parsed);
        return new StylizeRequest
        {
            Content = parsed.GetValue(Content)!,
            Styles = [.. parsed.GetValue(Styles)!],
            StyleWeights = ReadShares(parsed.GetValue(StyleWeights)),
            Output = parsed.GetValue(Output)!,
            Recipe = recipe,
            RecipeName = recipeName,
            Size = ReadSize(parsed, Size),
            StyleSize = ReadSize(parsed, StyleSize),
            Weights = parsed.GetValue(EngineOptions.Weights)!,
            Precision = parsed.GetValue(EngineOptions.Precision)!,
            Device = parsed.GetValue(EngineOptions.Device)!,
            Threads = parsed.GetValue(EngineOptions.Threads),
            Seed = parsed.GetValue(Seed),
            CheckpointEvery = parsed.GetValue(CheckpointEvery),
            Telemetry = parsed.GetValue(Telemetry),
            State = parsed.GetValue(EngineOptions.State)!,
            Quality = parsed.GetValue(Quality),
            KeepMetadata = parsed.GetValue(KeepMetadata),
            Json = parsed.GetValue(EngineOptions.Json),
        };
    }

    static Init ReadInit(string text) => Init.TryParse(text == "noise" ? "uniform" : text)
        ?? throw StyleFarmException.BadUsage($"--init {text}: give {string.Join(", ", Init.Words)}, or a picture as ./{text}"
            + NearestMatch.Hint(NearestMatch.Find(text, Init.Words)));

    internal static Recipe WithSteps(Recipe recipe, ParseResult parsed) =>
        parsed.GetValue(Steps) is { } steps ? RenderPlan.WithSteps(recipe, steps) : recipe;

    internal static RecipeSize? ReadSize(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) switch
    {
        null => null,
        { } text when RecipeSize.TryParse(text, out var size) => size,
        { } text => throw StyleFarmException.BadUsage(
            $"{option.Name} {text}: give the long side in pixels (512), WIDTHxHEIGHT (450x300) or original"),
    };

    static ImmutableArray<double> ReadShares(string? text)
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
}
