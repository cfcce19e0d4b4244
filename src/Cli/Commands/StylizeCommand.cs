using System.CommandLine;
using StyleFarm.Cli.Stylize;

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

    static readonly Option<string?> StyleWeights = new("--style-weights")
    {
        Description = "Shares of several styles, such as 2,1. Default: equal.",
        HelpName = "A,B",
    };

    static readonly Option<string?> Telemetry = new("--telemetry")
    {
        Description = "Write the losses of every step, one JSON line each.",
        HelpName = "FILE.jsonl",
    };

    static readonly Option<bool> KeepMetadata = new("--keep-metadata")
    {
        Description = "Keep the content's EXIF, colour profile and transparency.",
    };

    public static Command Create()
    {
        var command = new TaughtCommand("stylize", "Paint one picture in the style of others.", Lesson)
        {
            Content, Styles, Output, RenderOptions.RecipeName, RenderOptions.Set, RenderOptions.Size, RenderOptions.StyleSize,
            RenderOptions.Steps, RenderOptions.InitFrom, EngineOptions.Weights, EngineOptions.Precision, EngineOptions.Device,
            EngineOptions.Threads, RenderOptions.Seed, StyleWeights, RenderOptions.CheckpointEvery, Telemetry, RenderOptions.Quality,
            KeepMetadata, EngineOptions.State, EngineOptions.Json,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(StylizeRun.Execute(Read(parsed), TimeProvider.System, cancellation)));
        return command;
    }

    static StylizeRequest Read(ParseResult parsed) => new()
    {
        Content = parsed.GetValue(Content)!,
        Styles = [.. parsed.GetValue(Styles)!],
        StyleWeights = RenderOptions.ReadShares(parsed.GetValue(StyleWeights)),
        Output = parsed.GetValue(Output)!,
        Recipe = RenderOptions.ReadRecipe(parsed),
        RecipeName = parsed.GetValue(RenderOptions.RecipeName)!,
        Size = RenderOptions.ReadSize(parsed, RenderOptions.Size),
        StyleSize = RenderOptions.ReadSize(parsed, RenderOptions.StyleSize),
        Weights = parsed.GetValue(EngineOptions.Weights)!,
        Precision = parsed.GetValue(EngineOptions.Precision)!,
        Device = parsed.GetValue(EngineOptions.Device)!,
        Threads = parsed.GetValue(EngineOptions.Threads),
        Seed = parsed.GetValue(RenderOptions.Seed),
        CheckpointEvery = parsed.GetValue(RenderOptions.CheckpointEvery),
        Telemetry = parsed.GetValue(Telemetry),
        State = parsed.GetValue(EngineOptions.State)!,
        Quality = parsed.GetValue(RenderOptions.Quality),
        KeepMetadata = parsed.GetValue(KeepMetadata),
        Json = parsed.GetValue(EngineOptions.Json),
    };
}
