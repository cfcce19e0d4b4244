using Spectre.Console;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>What displays have in common: one model, told of by many threads, one at a time.</summary>
abstract class FarmDisplay(TimeProvider clock) : IFarmDisplay
{
    /// <summary>Guards the model and the output.</summary>
    protected Lock Gate { get; } = new();

    /// <summary>The model of the job that is worked on; null in between.</summary>
    protected FarmProgress? Progress_NeedsLock { get; private set; }

    /// <summary>JSON lines, a live view on a terminal, plain lines elsewhere.</summary>
    public static IFarmDisplay Create(bool json, TimeProvider clock)
    {
        if (json) return new JsonFarmDisplay(Console.Out, clock);
        return Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi
            ? new PlainFarmDisplay(Console.Out, Console.Error, clock)
            : new LiveFarmDisplay(AnsiConsole.Console, clock);
    }

    public async Task<T> ShowAsync<T>(JobSpec job, Func<Task<T>> work)
    {
        lock (Gate)
        {
            Progress_NeedsLock = new FarmProgress(job.Id, clock);
            Begin_NeedsLock(job);
        }

        try
        {
            return await RunAsync(work);
        }
        finally
        {
            lock (Gate)
            {
                End_NeedsLock();
                Progress_NeedsLock = null;
            }
        }
    }

    public void Decided(FarmEvent happened) => Tell(progress =>
    {
        // A cell that has come to its end is forgotten by the model.
        var ended = progress.Apply(happened);
        Decided_NeedsLock(happened, ended);
        Changed_NeedsLock();
    });

    public void Progressed(CellProgress told) => Tell(progress =>
    {
        progress.Apply(told);
        Changed_NeedsLock();
    });

    public void Losses(LossReport report) => Tell(progress =>
    {
        progress.Apply(report);
        Losses_NeedsLock(report);
        Changed_NeedsLock();
    });

    public void Glanced(FarmGlance glance) => Tell(progress =>
    {
        progress.Apply(glance);
        Changed_NeedsLock();
    });

    public void Notice(string text)
    {
        lock (Gate) Notice_NeedsLock(text);
    }

    public void Warn(string text)
    {
        lock (Gate) Warn_NeedsLock(text);
    }

    public void Finished(FarmSummary summary)
    {
        lock (Gate) Finished_NeedsLock(summary);
    }

    protected virtual Task<T> RunAsync<T>(Func<Task<T>> work) => work();

    protected virtual void Begin_NeedsLock(JobSpec job)
    {
    }

    protected virtual void End_NeedsLock()
    {
    }

    protected virtual void Changed_NeedsLock()
    {
    }

    protected virtual void Decided_NeedsLock(FarmEvent happened, Messages.Cells.CellSpec? ended)
    {
    }

    protected virtual void Losses_NeedsLock(LossReport report)
    {
    }

    protected abstract void Notice_NeedsLock(string text);

    protected abstract void Warn_NeedsLock(string text);

    protected abstract void Finished_NeedsLock(FarmSummary summary);

    void Tell(Action<FarmProgress> tell)
    {
        lock (Gate)
            if (Progress_NeedsLock is { } progress)
                tell(progress);
    }
}
