using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Display;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Cli.Farm.Reports;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Cli.Stylize;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Jobs;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Farm;

/// <summary>Runs a farm for one command.</summary>
static class FarmHost
{
    /// <summary>Renders a batch or a sweep and returns the exit code.</summary>
    public static async Task<int> RunAsync(FarmRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        var display = FarmDisplay.Create(request.Json, clock);
        var engine = EngineChoice.Read(request.Device, request.Precision);
        EngineChoice.UseThreads(request.Threads);
        await using var farm = EmbeddedFarm.Open(request.State, clock, display.Notice);
        var (weights, notice) = WeightsSource.Resolve(request.Weights, WeightsCache.Default(clock));
        if (notice is not null) display.Notice(notice);
        using var desk = FarmDesk.Of(farm, engine, ChildNode.SharersOf(request.Nodes ?? 1, request, engine), clock, display.Notice,
            isDry: request.IsDryRun || request.IsEstimate, () => weights);

        var job = request.ToJob(weights.Identity);
        if (request.IsDryRun || request.IsEstimate)
            return await FarmForecast.TellAsync(desk, job, engine, weights, request, clock, display, cancellation);

        DeliverySpec.Of(job)?.CheckWritable();
        IReadOnlyList<IFarmNode> nodes = request.Nodes is { } count
            ? ChildNode.Crew(count, request, engine)
            : [LocalNode.Of(farm, engine, weights, request.Threads, clock, display.Notice)];
        var (outcome, code) = await Run(job);
        if (request is not SweepRequest sweep || sweep.ToPromotion(Scored(job, outcome.Cells), weights.Identity) is not { } larger)
            return code;

        display.Notice(larger.Name);
        return Math.Max(code, (await Run(larger)).Code);

        async Task<(FarmOutcome Outcome, int Code)> Run(JobSpec work)
        {
            var begun = clock.GetTimestamp();
            try
            {
                var done = await display.ShowAsync(work, () =>
                    farm.RunAsync(work, desk.Source, desk.Sink, nodes, display, new FarmOptions(), cancellation));
                var summary = FarmSummary.Of(work, done, clock.GetElapsedTime(begun));
                if (work.Kind == JobKind.Sweep)
                    summary =
                        summary with { Report = await new SweepReports(desk, clock).WriteAsync(work, done.Cells, null, cancellation) };
                display.Finished(summary);
                return (done, summary.ExitCode);
            }
            catch (OperationCanceledException)
            {
                display.Notice($"interrupted; everything is kept in {request.State}, and the same command goes on from there");
                throw;
            }
        }
    }

    /// <summary>Writes a report of what is there so far and returns the exit code.</summary>
    public static async Task<int> ReportAsync(ReportRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        var display = FarmDisplay.Create(request.Json, clock);
        await using var farm = EmbeddedFarm.Open(request.State, clock, display.Notice);
        using var desk = FarmDesk.Of(farm, EngineChoice.Read("cpu", "fp32"), 1, clock, display.Notice);
        var state = await farm.ReadAsync(cancellation);
        var job = JobNames.Find(state, request.Job);
        var path = await new SweepReports(desk, clock).WriteAsync(job.Spec, [.. job.Cells.Select(state.Cell)], request.Out, cancellation);
        display.Notice($"report: {path}");
        return CommandLine.Done;
    }

    static IEnumerable<ScoredCell> Scored(JobSpec job, IEnumerable<CellState> cells) => cells
        .Where(cell => cell.Score is not null && cell.Phase is CellPhase.Finished or CellPhase.Dropped)
        .Select(cell => new ScoredCell(cell.Claims.Find(claim => claim.Job == job.Id)!.Spec.Index, cell.Score!.Value.Balanced));
}
