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
    static readonly Argument<string> Content = new("CONTENT") { Description = "The picture whose content is kept." };

    static readonly Argument<string[]> Styles = new("STYLE")
    {
        Description = "The picture whose style is painted; several are blended.",
        Arity = ArgumentArity.OneOrMore,
    };

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

    static readonly Option<string?> Size = new("--size")
    {
        Description = "Size of the result: the long side in pixels, WIDTHxHEIGHT, or original.",
        HelpName = "N|WxH|original",
    };

    static readonly Option<string?> StyleSize = new("--style-size")
    {
        Description = "Size of the style pictures; larger gives larger brush strokes. Default: as for the content.",
        HelpName = "N|WxH|original",
    };

    static readonly Option<int?> Steps = new("--steps") { Description = "Optimisation steps, over all scales.", HelpName = "N" };

    static readonly Option<string?> Init = new("--init")
    {
        Description = "What to start from: content, style, uniform, normal, noise-mix or a picture.",
        HelpName = "content|style|noise|FILE",
    };

    static readonly Option<string?> StyleWeights = new("--style-weights")
    {
        Description = "Shares of several styles, such as 2,1. Default: equal.",
        HelpName = "A,B",
    };

    static readonly Option<ulong> Seed = new("--seed") { Description = "Seeds the noise of the start.", HelpName = "N" };

    static readonly Option<int> CheckpointEvery = new("--checkpoint-every")
    {
        Description = "Steps between checkpoints; 0 for none.",
        HelpName = "N",
        DefaultValueFactory = _ => 25,
    };

    static readonly Option<string?> Telemetry = new("--telemetry") { Description = "Write the losses of every step, one JSON line each.", HelpName = "FILE.jsonl" };

    static readonly Option<int> Quality = new("--quality") { Description = "Of a .jpg or .webp, 1 to 100.", HelpName = "Q", DefaultValueFactory = _ => 95 };

    static readonly Option<bool> KeepMetadata = new("--keep-metadata") { Description = "Keep the content's EXIF, colour profile and transparency." };

    public static Command Create()
    {
        var command = new Command("stylize",
            "Paint one picture in the style of others. The same command again goes on where it was interrupted, and does nothing that is done.")
        {
            Content, Styles, Output, RecipeOption, Set, Size, StyleSize, Steps, Init, EngineOptions.Weights, EngineOptions.Precision,
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
        if (parsed.GetValue(Init) is { } init) recipe = recipe with { Init = Messages.Recipes.Init.Parse(init == "noise" ? "uniform" : init) };
        if (parsed.GetValue(Steps) is { } steps)
            recipe = RenderPlan.WithSteps(recipe, steps >= 1 ? steps : throw StyleFarmException.BadUsage($"--steps {steps}: at least 1"));
        return new StylizeRequest
        {
            Content = parsed.GetValue(Content)!,
            Styles = [.. parsed.GetValue(Styles)!],
            StyleWeights = ReadShares(parsed.GetValue(StyleWeights)),
            Output = parsed.GetValue(Output)!,
            Recipe = recipe,
            RecipeName = recipeName,
            Size = ReadSize(parsed.GetValue(Size), "--size"),
            StyleSize = ReadSize(parsed.GetValue(StyleSize), "--style-size"),
            Weights = parsed.GetValue(EngineOptions.Weights)!,
            Precision = parsed.GetValue(EngineOptions.Precision)!,
            Device = parsed.GetValue(EngineOptions.Device)!,
            Threads = parsed.GetValue(EngineOptions.Threads),
            Seed = parsed.GetValue(Seed),
            CheckpointEvery = AtLeastZero(parsed.GetValue(CheckpointEvery), "--checkpoint-every"),
            Telemetry = parsed.GetValue(Telemetry),
            State = parsed.GetValue(EngineOptions.State)!,
            Quality = parsed.GetValue(Quality) is >= 1 and <= 100 and var quality
                ? quality : throw StyleFarmException.BadUsage($"--quality {parsed.GetValue(Quality)}: from 1 to 100"),
            KeepMetadata = parsed.GetValue(KeepMetadata),
            Json = parsed.GetValue(EngineOptions.Json),
        };
    }

    static int AtLeastZero(int value, string option) => value >= 0 ? value : throw StyleFarmException.BadUsage($"{option} {value}: at least 0");

    static RecipeSize? ReadSize(string? text, string option) => text switch
    {
        null => null,
        _ when RecipeSize.TryParse(text, out var size) => size,
        _ => throw StyleFarmException.BadUsage($"{option} {text}: give the long side in pixels (512), WIDTHxHEIGHT (450x300) or original"),
    };

    static ImmutableArray<double> ReadShares(string? text)
    {
        if (text is null) return [];
        var shares = ImmutableArray.CreateBuilder<double>();
        foreach (var part in text.Split(','))
            shares.Add(double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share > 0 && double.IsFinite(share)
                ? share
                : throw StyleFarmException.BadUsage($"--style-weights {text}: '{part}' is not a number above 0; write them like 2,1"));
        return shares.ToImmutable();
    }
}
