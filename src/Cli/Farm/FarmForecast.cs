using System.Text.Json.Nodes;
using StyleFarm.Cli.Bench;
using StyleFarm.Cli.Farm.Display;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Farm;

/// <summary>
/// Says what a job would come to before it is begun: its cells, and how long they take, by a few steps measured on this machine.
/// </summary>
static class FarmForecast
{
    const int PageCells = 256;
    const int WarmUpSteps = 1;
    const int TimedSteps = 3;
    const double MaxSeconds = 1e9;

    /// <summary>Tells it and returns the exit code.</summary>
    public static async Task<int> TellAsync(FarmDesk desk, JobSpec job, EngineChoice engine, VggWeights weights, FarmRequest request,
        TimeProvider clock, IFarmDisplay display, CancellationToken cancellation)
    {
        var (cells, earlier, faulty, pixelSteps) = (0L, 0L, 0L, 0.0);
        CellSpec? first = null;
        await using var reader = desk.Source.Open(job);
        for (var isLast = false; !isLast;)
        {
            var page = await reader.ReadAsync(PageCells, cancellation);
            isLast = page.IsLast;
            first ??= page.Cells is [var cell, ..] ? cell : null;
            cells += page.Cells.Length;
            earlier += page.Earlier.Length + page.EarlierCount;
            faulty += page.Faulty.Length;
            pixelSteps += page.Cells.Sum(cell => cell.Pixels * (double)cell.Steps);
            foreach (var fault in page.Faulty) display.Faulty(fault);
            if (request.IsDryRun)
                foreach (var planned in page.Cells) display.Planned(planned);
        }

        var (time, basis) = first is not null && request.IsEstimate ? Time(first) : (null, "");
        display.Estimated(new FarmEstimate(cells, earlier, faulty, pixelSteps, time, basis));
        return faulty > 0 ? CommandLine.SomeFailed : CommandLine.Done;

        (TimeSpan? Time, string Basis) Time(CellSpec cell)
        {
            var recipe = cell.Settings.Aggregate(job.Recipe, (all, setting) => all.With(setting.Key, JsonNode.Parse(setting.Json)));
            if (recipe.Optimizer.Kind == OptimizerKind.Lbfgs) return (null, "how long L-BFGS takes is not known before it is done");
            var side = (int)Math.Round(Math.Sqrt(cell.Pixels));
            using var network = new Vgg19(weights, engine.Precision, engine.Device);
            var step = new EngineBench(network, clock)
                .Measure(recipe, job.RecipeName, side, request.Precision, WarmUpSteps, TimedSteps, cancellation);
            var seconds = pixelSteps / ((double)side * side) * step.MedianMilliseconds / 1000;
            return (TimeSpan.FromSeconds(Math.Min(seconds, MaxSeconds)),
                $"on {engine.Device}, by {TimedSteps} steps measured at {side}x{side}");
        }
    }
}
