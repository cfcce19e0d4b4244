using StyleFarm.Cli.Farm.Requests;

namespace StyleFarm.Cli.Farm;

/// <summary>Runs a farm for one command.</summary>
static class FarmHost
{
    /// <summary>Renders a batch or a sweep and returns the exit code.</summary>
    public static Task<int> RunAsync(FarmRequest request, TimeProvider clock, CancellationToken cancellation) =>
        throw new NotImplementedException($"{request.GetType().Name} at {clock.GetUtcNow()}, {cancellation.CanBeCanceled}");

    /// <summary>Writes a report and returns the exit code.</summary>
    public static Task<int> ReportAsync(ReportRequest request, TimeProvider clock, CancellationToken cancellation) =>
        throw new NotImplementedException($"{request.Job} at {clock.GetUtcNow()}, {cancellation.CanBeCanceled}");
}
