using System.Collections.Immutable;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Tests.Farm.Display;

/// <summary>What a farm would tell.</summary>
static class Story
{
    public static readonly NodeId Node = new("local");

    public static readonly JobSpec Job = new()
    {
        Id = new JobId("a-job"),
        Name = "a job",
        Kind = JobKind.Batch,
        Recipe = RecipePresets.Default,
        WeightsHash = "w",
    };

    public static CellSpec Cell(int number, int steps = 100, long pixels = 1000, string? output = null) => new()
    {
        Id = new CellId(number.ToString("x32")),
        Index = number,
        Content = new InputRef("h", $"/p/{number}.jpg", 1, 1),
        Styles = [],
        Steps = steps,
        Pixels = pixels,
        BatchKey = "b",
        Output = output ?? $"{number}.png",
    };

    public static CellsFound Found(bool isLast, int earlier = 0, FaultyInput[]? faults = null, params CellSpec[] cells) =>
        new(Job.Id, new CellPage { Cells = [.. cells], EarlierCount = earlier, Faulty = [.. faults ?? []], IsLast = isLast });

    public static CellAccepted Accepted(CellSpec cell) =>
        new(cell.Id, 1, cell.Steps, new Losses(1, 2, 0.5, 3.5), new Score(0.25, 0.75), 4.5, Node);

    public static CellPublished Published(CellSpec cell) => new(cell.Id);

    public static LossReport Losses(CellSpec cell, int step, int? evaluation = null) => new()
    {
        Cell = cell.Id.ToString(),
        Step = step,
        Evaluation = evaluation,
        Content = 1,
        Style = 2,
        Tv = 0.5,
        Total = 3.5,
        Taps = new Dictionary<string, double>(),
        Milliseconds = 5,
    };

    public static FarmGlance Glance(long found, long finished = 0, long failed = 0, int rendering = 0, double left = 1e12,
        bool isAllFound = true,
        double pace = 0, params (WaitReason Reason, int Count)[] waits) =>
            new(found, 0, finished, 0, failed, 0, isAllFound, rendering, left,
            [new NodeGlance(Node, rendering, pace)], waits.ToImmutableSortedDictionary(wait => wait.Reason, wait => wait.Count));
}
