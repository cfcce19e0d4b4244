using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Commands;

/// <summary><c>stylefarm weights verify|import|fetch</c>: the trained network's file.</summary>
public static class WeightsCommand
{
    const string About =
        """
        StyleFarm runs without the trained weights, on a deterministic untrained network (--weights seeded:20261120), but pictures
        get better with them.

        Examples:
          stylefarm weights fetch                          downloads torchvision's published file (575 MB) and imports it
          stylefarm weights import vgg19-dcbb9e9d.pth      imports a file that you have
          stylefarm weights verify vgg19-dcbb9e9d.pth      only looks at it

        After that `--weights auto`, the default, uses them. Files may be torchvision's .pth (old or new) or .safetensors, the whole
        network or its features only. Nothing in a file is ever run. The cache is $STYLEFARM_CACHE, or ~/.cache/stylefarm.
        """;

    /// <summary>The command, to be mounted under the root.</summary>
    public static Command Create()
    {
        var command = new TaughtCommand("weights", "Get, check and import the weights of the trained network (VGG19).", About);
        command.Subcommands.Add(CreateVerify());
        command.Subcommands.Add(CreateImport());
        command.Subcommands.Add(CreateFetch());
        return command;
    }

    static TaughtCommand CreateVerify()
    {
        var file = FileArgument();
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new TaughtCommand("verify",
            "Check a weights file and describe it: format, identity, and each layer's numbers. Changes nothing.",
            "Example:\n  stylefarm weights verify vgg19-dcbb9e9d.pth --json");
        command.Arguments.Add(file);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            var report = WeightsReport.Create(result.GetRequiredValue(file));
            if (result.GetValue(json)) Console.WriteLine(report.ToJson());
            else Print(report);
            return 0;
        });
        return command;
    }

    static TaughtCommand CreateImport()
    {
        var file = FileArgument();
        var command = new TaughtCommand("import",
            "Check a weights file and keep its features in the cache, where `--weights auto` finds them.",
            "Example:\n  stylefarm weights import ~/Downloads/vgg19-dcbb9e9d.pth");
        command.Arguments.Add(file);
        command.SetAction(result =>
        {
            var cache = WeightsCache.Default(TimeProvider.System);
            PrintImported(cache.Import(result.GetRequiredValue(file)), cache);
            return 0;
        });
        return command;
    }

    static TaughtCommand CreateFetch()
    {
        var url = new Option<string?>("--url")
        {
            Description = $"Another place of the same file, such as a mirror (also {WeightsFetchOptions.UrlVariable}).",
            HelpName = "URL",
        };
        var command = new TaughtCommand("fetch",
            "Download the published file, check its SHA-256 and import it. A download that was cut off goes on.",
            $"The published file is {WeightsFetchOptions.PublishedUrl} (575 MB).\n\n"
            + "Examples:\n  stylefarm weights fetch\n  stylefarm weights fetch --url https://mirror.example/vgg19-dcbb9e9d.pth");
        command.Options.Add(url);
        command.SetAction(async (result, cancellation) =>
        {
            var cache = WeightsCache.Default(TimeProvider.System);
            var options = WeightsFetchOptions.For(result.GetValue(url));
            var fetcher = new WeightsFetcher(cache, options, TimeProvider.System);
            Console.WriteLine($"downloading {options.Url} to {fetcher.PartPath}");
            var isTerminal = !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;
            var weights = isTerminal
                ? await FetchWithBarAsync(fetcher, cancellation)
                : await fetcher.FetchAsync(new PlainProgress(), cancellation);
            PrintImported(weights, cache);
            return 0;
        });
        return command;
    }

    static Argument<string> FileArgument() =>
        new("FILE")
        {
            Description = "The weights: a .pth that torch.save wrote, or a .safetensors. Its name does not matter, its content does.",
        };

    static Task<VggWeights> FetchWithBarAsync(WeightsFetcher fetcher, CancellationToken cancellation) => AnsiConsole.Progress()
        .Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
            new RemainingTimeColumn())
        .StartAsync(context =>
        {
            var task = context.AddTask("VGG19 weights");
            task.IsIndeterminate = true;
            return fetcher.FetchAsync(new BarProgress(task), cancellation);
        });

    static void Print(WeightsReport report)
    {
        var culture = CultureInfo.InvariantCulture;
        Console.WriteLine(report.File);
        Console.WriteLine(
            $"  format    {FormatName(report.Format)}, {(report.IsWhole ? "whole network" : "features only")}, {report.Tensors} tensors");
        Console.WriteLine(string.Create(culture, $"  size      {report.SizeBytes / 1e6:0.0} MB"));
        Console.WriteLine($"  identity  {report.Identity}");
        Console.WriteLine($"  {"layer",-8} {"shape",-18} {"mean",12} {"std",10} {"min",10} {"max",10} {"zeros",8}");
        foreach (var l in report.Layers)
        {
            var name = $"  {l.Name,-8} {string.Join("x", l.Shape),-18}";
            var numbers = string.Create(
                culture, $"{l.Mean,12:0.0000000} {l.Std,10:0.00000} {l.Min,10:0.0000} {l.Max,10:0.0000} {l.Zeros,8}");
            Console.WriteLine($"{name} {numbers}");
        }
        Console.WriteLine("usable as VGG19's weights");
    }

    static string FormatName(WeightsFileFormat format) => format switch
    {
        WeightsFileFormat.LegacyPth => ".pth of PyTorch before 1.6",
        WeightsFileFormat.ZipPth => ".pth (zip)",
        _ => "safetensors",
    };

    static void PrintImported(VggWeights weights, WeightsCache cache)
    {
        Console.WriteLine($"imported {weights.Source}");
        Console.WriteLine($"  to        {cache.FilePath}");
        Console.WriteLine($"  identity  {weights.Identity}");
    }

    /// <summary>Moves a progress bar. Its reports come one at a time, from the download itself.</summary>
    sealed class BarProgress(ProgressTask task) : IProgress<(long Done, long? Total)>
    {
        public void Report((long Done, long? Total) value)
        {
            if (value.Total is { } total)
            {
                task.IsIndeterminate = false;
                task.MaxValue = total;
            }
            task.Value = value.Done;
        }
    }

    /// <summary>Prints a line every 5 % (or 25 MB, when the server does not tell the size), for logs.</summary>
    sealed class PlainProgress : IProgress<(long Done, long? Total)>
    {
        long _step = -1;

        public void Report((long Done, long? Total) value)
        {
            var (done, total) = value;
            var step = total is > 0 and { } all ? done * 20 / all : done / 25_000_000;
            if (step == _step) return;
            _step = step;
            var culture = CultureInfo.InvariantCulture;
            var of = total is > 0 and { } size ? string.Create(culture, $" of {size / 1e6:0.0} MB ({100.0 * done / size:0} %)") : " MB";
            Console.WriteLine(string.Create(culture, $"  {done / 1e6:0.0}{of}"));
        }
    }
}
