using System.CommandLine;
using StyleFarm.Cli.Farm;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Cli.Farm.Sweeps;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm sweep SWEEP.yaml --out DIR [options]`.</summary>
static class SweepCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm sweep grid.yaml --out grid                         renders it, then look at grid/report/index.html
          stylefarm sweep grid.yaml --out grid --promote 3 --size 1024   and the best three again, large
          stylefarm sweep grid.yaml --out grid --dry-run               what would be rendered

        A sweep file, of which only content and style are needed:
          name: starry-grid
          content: [photos/bridge.jpg]
          style: [styles/starry.jpg, styles/wave.jpg]     # a list inside the list is a blend
          recipe: d2l                                     # a preset or a file; see stylefarm recipes
          parameters:                                     # any field of a recipe
            style_weight: {log: [1.0e3, 1.0e6, 4]}        # or {linear: [lo, hi, count]}, {range: [from, to, step]}, a list
            tv_weight: [0, 10]
          seeds: 2
          search: grid                                    # or {random: 50}
          stop: {asha: {first: 50, factor: 3, keep: 0.34}}   # weak cells are stopped early; or none
          size: 256

        Pictures are looked for from the folder of the file, then from the current one. Results are pictures/, report/index.html (contact
        sheet, loss curves, parallel coordinates, the trade-off of content and style) and report/cells.csv. Cells are compared by a score
        that does not depend on their weights: lower is better, 0 is perfect. Press Ctrl-C at any time: the same command goes on from there.
        """;

    const int StandardMaxCells = 10_000;

    static readonly Argument<string> SweepPath =
        new Argument<string>("SWEEP.yaml") { Description = "The sweep, YAML or JSON." }.WithoutStrayOptions();

    static readonly Option<int?> Promote = NumberOption.Optional("--promote",
        "Render so many of the best cells again at --size. Default: as the file says.", min: 1, max: 1000);

    static readonly Option<string?> Size = new("--size")
    {
        Description = "The size for --promote: the long side in pixels, WIDTHxHEIGHT, or original.",
        HelpName = "N|WxH|original",
    };

    static readonly Option<int> MaxCells = NumberOption.WithDefault("--max-cells",
        "Refuse a sweep of more cells than this.", min: 1, max: SweepSpec.MaxCells, standard: StandardMaxCells);

    public static Command Create()
    {
        var command = Define();
        command.SetAction((parsed, cancellation) =>
            FarmHost.RunAsync(Read(parsed, Environment.CurrentDirectory), TimeProvider.System, cancellation));
        return command;
    }

    /// <summary>The command without what it does.</summary>
    internal static Command Define() => new TaughtCommand("sweep", "Try out a grid of settings and compare what they come to.", Lesson)
    {
        SweepPath, JobOptions.Out, Promote, Size, MaxCells, JobOptions.Estimate, JobOptions.DryRun, EngineOptions.Weights,
        EngineOptions.Precision, EngineOptions.Device, EngineOptions.Threads, JobOptions.Nodes, RenderOptions.CheckpointEvery, JobOptions.Priority,
        JobOptions.ShardSize, EngineOptions.State, EngineOptions.Json,
    };

    /// <summary>The request of a command line; the sweep is read and planned, its pictures are looked for.</summary>
    /// <exception cref="StyleFarmException">BadUsage or BadInput: something cannot be used.</exception>
    internal static SweepRequest Read(ParseResult parsed, string folder)
    {
        var path = parsed.GetValue(SweepPath)!;
        var file = SweepFile.Load(path, folder);
        var spec = file.Spec;
        spec = spec with { Promote = ReadPromotion(parsed, spec) };
        var cells = new SweepCells
        {
            Sweep = spec,
            Folders = [.. new[] { Path.GetDirectoryName(Path.GetFullPath(path, folder))!, folder }.Distinct()],
            Delivery = new DeliverySpec(DeliverySpec.ReadFolder(parsed.GetValue(JobOptions.Out)!, folder), new PictureForm()),
        };
        file.CheckPictures(cells.Folders);
        var most = parsed.GetValue(MaxCells);
        if (SweepPlan.Of(spec).Count is var count && count > most)
            throw StyleFarmException.BadUsage(
                $"{path}: the sweep has {count} cells, over the limit of {most}; make it smaller, draw some with "
                + $"search: {{random: 50}}, or give --max-cells {count}");
        return new SweepRequest
        {
            Cells = cells,
            State = parsed.GetValue(EngineOptions.State)!,
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

    static SweepPromotion? ReadPromotion(ParseResult parsed, SweepSpec spec)
    {
        var (cells, size) = (parsed.GetValue(Promote), RenderOptions.ReadSize(parsed, Size));
        if (cells is null && size is null) return spec.Promote;
        if ((cells ?? spec.Promote?.Cells) is not { } count)
            throw StyleFarmException.BadUsage(
                "--size is for the best cells that are rendered again: give --promote N too; the sweep's own size stands in its file");
        if ((size ?? spec.Promote?.Size) is not { } to)
            throw StyleFarmException.BadUsage($"--promote {count}: give the size for the best cells, such as --size 1024");
        return new SweepPromotion(count, to);
    }
}
