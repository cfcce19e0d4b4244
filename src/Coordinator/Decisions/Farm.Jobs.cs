using StyleFarm.Coordinator.State;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

public sealed partial class Farm
{
    void Submit(JobSpec spec)
    {
        if (!State.Jobs.ContainsKey(spec.Id)) Happen(new JobSubmitted(spec));
        var job = State.Job(spec.Id);
        if (spec.Priority != job.Priority) Happen(new JobPriorityChanged(spec.Id, spec.Priority));
        if (job.Status == JobStatus.Paused) Happen(new JobStatusChanged(spec.Id, JobStatus.Active, ""));
        Scan(job, spec.Trace == job.Trace ? null : spec.Trace);
    }

    void Scan(JobState job, string? trace = null)
    {
        Presence.Awake.Add(job.Spec.Id);
        Presence.Reading.Remove(job.Spec.Id);
        Presence.Scans[job.Spec.Id] = ++_scans;
        Happen(new JobScanBegan(job.Spec.Id, trace));
        CancelEmptyShards();
        _decision.Effects.Add(new OpenSource(job.Spec, _scans));
    }

    /// <summary>Works on a job that is not worked on, from where it stands.</summary>
    void Wake(JobState job)
    {
        if (!Presence.Awake.Add(job.Spec.Id) || job.IsSourceRead) return;
        Scan(job);
    }

    void Pause(JobId id, string reason)
    {
        var job = Known(id);
        if (job.Status == JobStatus.Paused) return;
        Require(job, JobStatus.Active, "paused");
        Happen(new JobStatusChanged(id, JobStatus.Paused, reason));
        foreach (var shard in job.LeasedShards) Ask(shard, StopReason.Pause);
    }

    void Resume(JobId id)
    {
        var job = Known(id);
        if (job.Status == JobStatus.Active) return;
        Require(job, JobStatus.Paused, "resumed");
        Happen(new JobStatusChanged(id, JobStatus.Active, ""));
        if (!Presence.Awake.Contains(id)) Scan(job);
    }

    void Cancel(JobId id)
    {
        var job = Known(id);
        if (job.Status == JobStatus.Cancelled) return;
        if (job.Status == JobStatus.Done) throw Refusal(job, "cancelled");
        Happen(new JobStatusChanged(id, JobStatus.Cancelled, "cancelled"));
        CancelEmptyShards();
        CloseSource(id);
    }

    /// <summary>Calls off shards whose cells nobody wants any more.</summary>
    void CancelEmptyShards()
    {
        foreach (var live in Presence.Leases.Values.Where(live => !State.Shards.ContainsKey(live.Lease.Shard)).ToList())
        {
            EndLease(live.Lease);
            Tell(live.Lease.Node, new CancelShard { CoordinatorEpoch = Epoch, Lease = live.Lease });
        }
    }

    void Retry(RetryJob c)
    {
        var job = Known(c.Job);
        if (job.Status == JobStatus.Cancelled) throw Refusal(job, "retried");
        var phase = c.Dropped ? CellPhase.Dropped : CellPhase.Failed;
        var cells = job.Cells.Select(State.Cell).Where(cell => cell.Phase == phase).OrderBy(cell => cell.Spec.Index).ToList();
        if (cells.Count == 0) return;
        Happen(new CellsRetried(c.Job, [.. cells.Select(cell => cell.Spec.Id)]));
        foreach (var cell in cells.Where(cell => cell.Phase == CellPhase.Publishing)) PublishResult(cell);
        // Others that want one of these cells are not done any more either.
        foreach (var id in cells.SelectMany(cell => cell.Claims).Select(claim => claim.Job).Append(c.Job).Distinct().ToList())
            Wake(State.Job(id));
    }

    void SetPriority(JobId id, int priority)
    {
        var job = Known(id);
        if (priority is < 0 or > 100) throw StyleFarmException.BadUsage($"priority {priority}: give 0 to 100");
        if (job.Priority != priority) Happen(new JobPriorityChanged(id, priority));
    }

    void TakePage(PageRead c)
    {
        if (!IsPresent(c.Job, c.Scan) || !Presence.Reading.Remove(c.Job, out var finished)) return;
        var job = State.Job(c.Job);
        if (job.IsSourceRead || job.Status == JobStatus.Cancelled) return;
        if (c.Page.Cells.Any(cell => finished.Contains(cell.Id)))
        {
            // The store was looked at before a result stood there, and what is finished may be forgotten by now.
            Scan(job);
            return;
        }

        Happen(new CellsFound(c.Job, c.Page));
        CancelEmptyShards();
        if (c.Page.IsLast) CloseSource(c.Job);
    }

    /// <summary>Whether a reader's word is of the present scan. A reader that is being closed may still speak.</summary>
    bool IsPresent(JobId job, long scan) => Presence.Scans.GetValueOrDefault(job) == scan;

    void BreakSource(SourceBroken c)
    {
        if (!IsPresent(c.Job, c.Scan)) return;
        Presence.Reading.Remove(c.Job);
        if (State.Job(c.Job).Status is JobStatus.Active) Pause(c.Job, c.Message);
        CloseSource(c.Job);
        Presence.Awake.Remove(c.Job);
    }

    void CloseSource(JobId id)
    {
        Presence.Reading.Remove(id);
        _decision.Effects.Add(new CloseSource(id));
    }

    /// <summary>Reads on where too few cells wait.</summary>
    void ReadMore()
    {
        foreach (var id in Presence.Awake)
        {
            var job = State.Job(id);
            if (Presence.Reading.ContainsKey(id) || !IsReadOn(job)) continue;
            Presence.Reading.Add(id, []);
            _decision.Effects.Add(new ReadSource(id, RoomIn(job)));
        }
    }

    /// <summary>Whether more of a job's cells are awaited without any of those that wait being rendered first.</summary>
    bool IsReadOn(JobState job) => job.Status == JobStatus.Active && !job.IsSourceRead && Presence.Awake.Contains(job.Spec.Id)
        // Pages that are too small cost more than they bring.
        && (Presence.Reading.ContainsKey(job.Spec.Id) || RoomIn(job) >= LookAhead / 4);

    int RoomIn(JobState job) => LookAhead - job.Waiting.Count;

    int LookAhead => Math.Max(Options.LookAhead, Presence.Nodes.Count * Options.MaxShardCells * Options.ShardsPerNode);

    void EndJobs()
    {
        List<JobId>? ended = null;
        foreach (var id in Presence.Awake)
        {
            var job = State.Job(id);
            if (job.Status == JobStatus.Active && job.IsSourceRead && job.Counts.Open == 0) (ended ??= []).Add(id);
        }

        foreach (var id in ended ?? [])
        {
            Happen(new JobStatusChanged(id, JobStatus.Done, ""));
            Presence.Awake.Remove(id);
        }
    }

    JobState Known(JobId id) => State.Jobs.TryGetValue(id, out var job)
        ? job
        : throw StyleFarmException.BadUsage($"there is no job {id}"
            + NearestMatch.Hint(NearestMatch.Find(id.ToString(), State.Jobs.Keys.Select(key => key.ToString()))));

    static void Require(JobState job, JobStatus status, string what)
    {
        if (job.Status != status) throw Refusal(job, what);
    }

    static StyleFarmException Refusal(JobState job, string what) =>
        StyleFarmException.BadUsage($"job {job.Spec.Id} is {job.Status.ToString().ToLowerInvariant()} and cannot be {what}");
}
