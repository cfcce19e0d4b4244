using System.Diagnostics;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Coordinator.Telemetry;

/// <summary>
/// The coordinator's spans. Ids are made here, outside of the farm, which hands them on as it does all data: so the next coordinator
/// goes on with the same trace. What began in a process that is no more begins, as far as a span tells, with the coordinator that ends it.
/// </summary>
/// <param name="time">The time of day.</param>
sealed class FarmTrace(TimeProvider time)
{
    readonly Dictionary<JobId, DateTimeOffset> _began = [];
    readonly LeaseTrace _leases = new(Source, time);
    FarmState? _state;

    /// <summary>Makes the coordinator's spans.</summary>
    public static ActivitySource Source { get; } = new(FarmInstruments.Name);

    /// <summary>Takes up what an earlier coordinator left.</summary>
    public void Begin(FarmState state)
    {
        _state = state;
        if (Source.HasListeners()) _leases.Resume(state);
    }

    /// <summary>Begins to take a job on; what comes of it is below that. Other commands have no span.</summary>
    public static (FarmCommand Command, Activity? Span) Accept(FarmCommand command)
    {
        if (command is not SubmitJob submit) return (command, null);
        var span = Spans.Begin(Source, "accept job", ActivityKind.Internal, Spans.Read(submit.Spec.Trace));
        span?.SetTag(Tags.Job, submit.Spec.Id.ToString());
        return (span is null ? command : new SubmitJob(submit.Spec with { Trace = span.Id }), span);
    }

    /// <summary>Something is decided, and on its way into the journal.</summary>
    public void Decided(Decision decision)
    {
        if (Source.HasListeners()) _leases.Decided(decision);
    }

    /// <summary>A message as it goes to a node.</summary>
    public Send Stamp(Send send) => Source.HasListeners() ? _leases.Stamp(send) : send;

    /// <summary>Something is in the journal.</summary>
    public void Happened(FarmEvent happened)
    {
        if (!Source.HasListeners()) return;
        _leases.Happened(happened);
        switch (happened)
        {
            case JobScanBegan { Trace: not null } again: _began[again.Job] = time.GetUtcNow(); break;
            case JobScanBegan scan: _began.TryAdd(scan.Job, time.GetUtcNow()); break;
            case JobStatusChanged { Status: JobStatus.Done or JobStatus.Cancelled } end: End(end); break;
        }
    }

    void End(JobStatusChanged end)
    {
        if (!_began.Remove(end.Job, out var began) || _state is null || !_state.Jobs.TryGetValue(end.Job, out var job)) return;
        var span = Spans.Begin(Source, "run job", ActivityKind.Internal, Spans.Read(job.Trace), began);
        span?.SetTag(Tags.Job, end.Job.ToString()).SetTag(Tags.Outcome, Words.Of(end.Status)).SetTag(Tags.Cells, job.Counts.Found)
            .SetTag("stylefarm.cells.finished", job.Counts.Finished).SetTag("stylefarm.cells.failed", job.Counts.Failed);
        span.End();
    }
}
