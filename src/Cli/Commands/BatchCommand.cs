using System.Collections.Immutable;
using System.CommandLine;
using StyleFarm.Cli.Farm;
using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Batches;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Naming;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm batch CONTENT... --style FILE... --out DIR [options]`.</summary>
static class BatchCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm batch photos --style starry.jpg --out painted
          stylefarm batch photos --style starry.jpg wave.jpg --out painted       each photo in both styles: bridge_starry, bridge_wave
          stylefarm batch photos --style starry.jpg wave.jpg --style-weights 2,1 --out painted       each photo once, in the blend
          stylefarm batch 'photos/20*/**/*.jpg' --style starry.jpg --out painted --size 1024 --format jpg --quality 90
          stylefarm batch photos -r --style starry.jpg --out painted --name '{style}/{folder}/{name}{ext}'
          find photos -newer last-run -name '*.jpg' | stylefarm batch - --style starry.jpg --out painted
          stylefarm batch photos -r --style starry.jpg --out painted --estimate

        CONTENT is a folder, a picture, a pattern (in quotes), @LIST with one path a line, or - for a list from a pipe. Folders and
        patterns take files that end like pictures, without hidden ones; a file that is named outright is always tried. Photos that
        cannot be used are named at the end, and the others go on.

        Results keep the sub-folders of their photos. --name takes {name} {ext} {style} {folder} {index} {recipe} {width} {height} and
        {cell}; with a slash in it, it decides the folders too. Photos that differ in their extension only keep it in their names:
        a.jpg.png, a.png.png. EXIF, colour profile and transparency are kept. Files that are not StyleFarm's are never overwritten.

        Press Ctrl-C at any time: the same command goes on from there. Run it again after adding photos: only new and changed ones are
        rendered, and what stylize has rendered with the same settings counts too.
        """;

    static readonly Argument<string[]> Content = new Argument<string[]>("CONTENT")
    {
        Description = "Photos: folders, files, patterns, @LIST or -.",
        Arity = ArgumentArity.ZeroOrMore,
    }.WithoutStrayOptions();

    static readonly Option<string[]> Style = new("--style")
    {
        Description = "Style pictures, or folders or patterns of them. Several give each photo a picture for each.",
        HelpName = "FILE...",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    static readonly Option<string?> StyleWeights = new("--style-weights")
    {
        Description = "Blend the styles into one picture for each photo, with these shares, such as 2,1.",
        HelpName = "A,B",
    };

    static readonly Option<bool> Recursive = new("--recursive", "-r") { Description = "Look into the folders below, too." };

    static readonly Option<string[]> List = new("--list")
    {
        Description = "A file with one path of a photo a line; - for a pipe. The same as @LIST.",
        HelpName = "LIST",
    };

    static readonly Option<string?> Name = new("--name")
    {
        Description = "How results are called. Default: {folder}/{name}{ext}, with several styles {folder}/{name}_{style}{ext}.",
        HelpName = "TEMPLATE",
    };

    static readonly Option<string?> Format = new("--format")
    {
        Description = "The format of the results; keep: that of the photo. Default: png.",
        HelpName = "jpg|png|tif|webp|keep",
    };

    static readonly Option<bool> StripMetadata = new("--strip-metadata")
    {
        Description = "Leave out the photos' EXIF, colour profile and transparency.",
    };

    public static Command Create()
    {
        var command = Define();
        command.SetAction((parsed, cancellation) =>
            FarmHost.RunAsync(Read(parsed, Environment.CurrentDirectory, new DiskFolders()), TimeProvider.System, cancellation));
        return command;
    }

    /// <summary>The command without what it does.</summary>
    internal static Command Define() => new TaughtCommand("batch", "Paint a whole archive of photos in one style or several.", Lesson)
    {
        Content, Style, JobOptions.Out, Recursive, List, Name, Format, RenderOptions.Quality, StripMetadata, RenderOptions.RecipeName,
        RenderOptions.Set, RenderOptions.Size, RenderOptions.StyleSize, RenderOptions.Steps, RenderOptions.InitFrom, StyleWeights,
        RenderOptions.Seed, JobOptions.Estimate, JobOptions.DryRun, EngineOptions.Weights, EngineOptions.Precision, EngineOptions.Device,
        EngineOptions.Threads, JobOptions.Nodes, RenderOptions.CheckpointEvery, JobOptions.Priority, JobOptions.ShardSize, EngineOptions.State,
        EngineOptions.Json,
    };

    /// <summary>The request of a command line; inputs and styles are looked for, but not into.</summary>
    /// <exception cref="StyleFarmException">BadUsage or BadInput: something cannot be used.</exception>
    internal static BatchRequest Read(ParseResult parsed, string folder, IFolders folders)
    {
        var state = parsed.GetValue(EngineOptions.State)!;
        var recipe = RenderOptions.ReadRecipe(parsed);
        var (styles, form) = (ReadStyles(parsed, folder, folders), ReadForm(parsed));
        var name = parsed.GetValue(Name) ?? (styles.Length > 1 ? NameTemplate.OfManyStyles : NameTemplate.OfOneStyle);
        var delivery = new DeliverySpec(DeliverySpec.ReadFolder(parsed.GetValue(JobOptions.Out)!, folder),
            Agreed(form, NameTemplate.Parse(name, styles.Length), parsed));
        var archive = new ArchiveSpec
        {
            Inputs = ReadInputs(parsed, state),
            BaseFolder = folder,
            IsRecursive = parsed.GetValue(Recursive),
            Excluded = [delivery.Folder, Path.GetFullPath(state, folder)],
        };
        new ArchiveListing(archive, folders).Check();
        return new BatchRequest
        {
            Batch = new BatchSpec
            {
                Archive = archive,
                Styles = styles,
                Delivery = delivery,
                Name = name,
                Size = RenderOptions.ReadSize(parsed, RenderOptions.Size),
                StyleSize = RenderOptions.ReadSize(parsed, RenderOptions.StyleSize),
                Seed = parsed.GetValue(RenderOptions.Seed),
            },
            Recipe = recipe,
            RecipeName = parsed.GetValue(RenderOptions.RecipeName)!,
            State = state,
            Weights = parsed.GetValue(EngineOptions.Weights)!,
            Precision = parsed.GetValue(EngineOptions.Precision)!,
            Device = parsed.GetValue(EngineOptions.Device)!,
            Threads = parsed.GetValue(EngineOptions.Threads),
            Nodes = parsed.GetValue(JobOptions.Nodes),
            CheckpointEvery = parsed.GetValue(RenderOptions.CheckpointEvery),
            Priority = parsed.GetValue(JobOptions.Priority),
            ShardCells = parsed.GetValue(JobOptions.ShardSize),
            IsEstimate = parsed.GetValue(JobOptions.Estimate),
            IsDryRun = parsed.GetValue(JobOptions.DryRun),
            Json = parsed.GetValue(EngineOptions.Json),
        };
    }

    static ImmutableArray<string> ReadInputs(ParseResult parsed, string state)
    {
        ImmutableArray<string> inputs =
            [.. parsed.GetValue(Content)!, .. (parsed.GetValue(List) ?? []).Select(list => list == "-" ? list : $"@{list}")];
        if (inputs.IsEmpty)
            throw StyleFarmException.BadUsage(
                "no CONTENT given: name the photos before --style, which takes all that follows it for styles; see stylefarm batch --help");
        return [.. inputs.Select(input => input == "-" ? $"@{ListSpool.Save(Console.OpenStandardInput(), state)}" : input)];
    }

    static ImmutableArray<StyleChoice> ReadStyles(ParseResult parsed, string folder, IFolders folders)
    {
        var listing = new ArchiveListing(new ArchiveSpec { Inputs = [.. parsed.GetValue(Style)!], BaseFolder = folder }, folders);
        listing.Check();
        List<string> paths = [.. listing.List().Select(entry => entry is ArchivePicture picture ? picture.Path
            : throw StyleFarmException.BadInput($"--style {((ArchiveFault)entry).Shown}: {((ArchiveFault)entry).Reason}")).Distinct()];
        var weights = RenderOptions.ReadShares(parsed.GetValue(StyleWeights));
        if (weights.IsEmpty) return StyleChoice.Each(paths);
        return weights.Length == paths.Count ? [StyleChoice.Blend(paths, weights)] : throw StyleFarmException.BadUsage(
            $"--style-weights names {weights.Length} shares for {paths.Count} styles; give one each");
    }

    static PictureForm ReadForm(ParseResult parsed) => new()
    {
        Format = parsed.GetValue(Format) is { } format ? PictureForm.ReadFormat(format) : "png",
        Quality = parsed.GetValue(RenderOptions.Quality),
        KeepsMetadata = !parsed.GetValue(StripMetadata),
    };

    /// <summary>An extension that is written out in the name decides the format.</summary>
    static PictureForm Agreed(PictureForm form, NameTemplate name, ParseResult parsed)
    {
        if (name.Extension is not { } extension) return form;
        ImageFile.CheckExtension(name.Text);
        var written = PictureForm.ReadFormat(extension[1..].ToLowerInvariant());
        return parsed.GetValue(Format) is null || form.Format == written ? form with { Format = written }
            : throw StyleFarmException.BadUsage(
                $"--name '{name.Text}' ends in {extension}, and --format is {form.Format}; leave one of them out");
    }
}
