using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>Where users want their pictures; outlives every process.</summary>
sealed class SimSink(FarmSimulation farm)
{
    readonly Dictionary<(JobId Job, string Output), int> _runs = [];

    /// <summary>The run whose picture stands there; null when none does.</summary>
    public int? RunAt(JobId job, string output) => _runs.TryGetValue((job, output), out var run) ? run : null;

    public IResultSink For(SimProcess process) => new Client(this, farm, process);

    /// <summary>Writes a picture to its place.</summary>
    /// <exception cref="StyleFarmException">BadInput: it can be written nowhere.</exception>
    public void Deliver(JobId job, CellSpec cell, JsonObject provenance)
    {
        if (farm.Plan.Cells[cell.Id].Trait == Trait.Undeliverable) throw StyleFarmException.BadInput($"{cell.Output}: read-only");
        var run = provenance["run"]!.GetValue<int>();
        if (farm.Ledger.AcceptedAttempt(cell.Id) != provenance["attempt"]!.GetValue<int>()) farm.Break("nothing is delivered before it counts", $"{cell.Id} for {job}");
        if (RunAt(job, cell.Output!) is { } before && before != run) farm.Break("one picture is delivered, ever", $"{cell.Id} for {job}: of run {before}, now {run}");
        _runs[(job, cell.Output!)] = run;
    }

    sealed class Client(SimSink sink, FarmSimulation farm, SimProcess process) : IResultSink
    {
        public Task DeliverAsync(JobSpec job, CellSpec cell, JsonObject provenance, CancellationToken cancellationToken)
        {
            var done = new TaskCompletionSource();
            farm.After(farm.Chance.Seconds(0.001, 0.05), () =>
            {
                Exception? error = farm.Weather.OutputFails ? farm.Chance.Once(0.5) ? new IOException("the disk is full") : new StoreException("no answer", true) : null;
                if (process.IsAlive && (error is null || farm.Chance.Once(0.3))) error = TryDeliver(job, cell, provenance) ?? error;
                process.Run(() =>
                {
                    if (cancellationToken.IsCancellationRequested) done.SetCanceled(cancellationToken);
                    else if (error is null) done.SetResult();
                    else done.SetException(error);
                });
            });
            return done.Task;
        }

        StyleFarmException? TryDeliver(JobSpec job, CellSpec cell, JsonObject provenance)
        {
            try
            {
                sink.Deliver(job.Id, cell, provenance);
                return null;
            }
            catch (StyleFarmException e)
            {
                return e;
            }
        }
    }
}
