using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;

namespace StyleFarm.Simulation.Tests;

/// <summary>The course of a run: storm, calm, another chance for what failed, rest, and the last look.</summary>
sealed class SimScript(FarmSimulation farm)
{
    static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(30);

    Action _stage = () => { };
    TimeSpan _until;
    TimeSpan _nextCommand;
    bool _wasRetried;
    int _obeyed;

    public bool IsOver { get; private set; }

    public void Begin()
    {
        farm.Weather.IsStormy = farm.Plan.Faults != Faults.None;
        farm.Log?.Add($"seed {farm.Seed}: {farm.Plan.Faults}, {farm.Plan.Nodes} nodes, {string.Join(", ", farm.Plan.Jobs.Select(job => $"{job.Spec.Id}: {job.Cells.Count}"))}");
        farm.Coordinators.Start();
        farm.Fleet.StartAll();
        foreach (var job in farm.Plan.Jobs) farm.After(job.SubmitAt, () => farm.User.Must(new SubmitJob(job.Spec)));
        new Troubles(farm).Begin();
        farm.After(farm.Plan.Storm, Calm);
    }

    void Calm()
    {
        farm.Log?.Add("calm");
        farm.Weather.Calm();
        foreach (var process in farm.Fleet.Alive.Select(node => node.Process).Concat(farm.Coordinators.Alive).ToList()) process.GoOn();
        farm.Coordinators.StartIfGone();
        Enter(WaitForEnds, Patience);
        Look();
    }

    void Enter(Action stage, TimeSpan within) => (_stage, _until, _nextCommand) = (stage, farm.World.Time.Elapsed + within, farm.World.Time.Elapsed);

    void Look()
    {
        _stage();
        if (!IsOver) farm.After(Glance, Look);
    }

    /// <summary>Wakes what sleeps, until every job has ended.</summary>
    void WaitForEnds()
    {
        if (farm.Coordinators.Live is not null && HaveEnded())
        {
            var failed = _wasRetried ? [] : farm.Ledger.State.Jobs.Values.Where(job => job.Status == JobStatus.Done && job.Counts.Failed > 0).Select(job => job.Spec.Id).ToList();
            _wasRetried = true;
            foreach (var job in failed) farm.User.Must(new RetryJob(job));
            if (failed.Count > 0) Enter(WaitForRetries, TimeSpan.FromSeconds(6));
            else BeginRest();
        }
        else if (farm.World.Time.Elapsed > _until)
        {
            farm.Break("everything ends when faults stop", Stuck());
        }
        else
        {
            Wake();
        }
    }

    void WaitForRetries()
    {
        if (farm.World.Time.Elapsed > _until) Enter(WaitForEnds, Patience);
    }

    void BeginRest()
    {
        _obeyed = farm.User.TimesObeyed;
        Enter(WaitForRest, Rest);
    }

    void WaitForRest()
    {
        if (farm.Coordinators.Live is not null && !HaveEnded())
        {
            // What was asked in the storm may have been under way to a coordinator that stood still.
            if (farm.User.TimesObeyed == _obeyed) farm.Break("what has ended stays so", Stuck());
            else Enter(WaitForEnds, Patience);
            return;
        }

        if (farm.World.Time.Elapsed <= _until) return;
        IsOver = true;
        new LastLook(farm).Check();
    }

    // By the journal: what a coordinator believes that stood still, and was overtaken, never came to be.
    bool HaveEnded() => farm.Plan.Jobs.All(job =>
        farm.Ledger.State.Jobs.TryGetValue(job.Spec.Id, out var state) && state.Status is JobStatus.Done or JobStatus.Cancelled);

    /// <summary>What a user does who wants his jobs to end.</summary>
    void Wake()
    {
        if (farm.World.Time.Elapsed < _nextCommand || farm.Coordinators.Live is not { } live) return;
        _nextCommand = farm.World.Time.Elapsed + TimeSpan.FromSeconds(8);
        foreach (var job in live.State.Jobs.Values)
        {
            if (job.Status == JobStatus.Paused) farm.User.Try(new ResumeJob(job.Spec.Id));
            else if (job.Status == JobStatus.Active && !live.Presence.Awake.Contains(job.Spec.Id)) farm.User.Try(new SubmitJob(job.Spec));
        }

        foreach (var node in live.Presence.Nodes.Values.Where(node => node.IsDraining)) farm.User.Try(new SetNodeDraining(node.Id, IsDraining: false));
    }

    string Stuck()
    {
        if (farm.Coordinators.Live is not { } live) return "there is no coordinator";
        var open = live.State.Cells.Values.Where(cell => !cell.IsEnded).Select(cell =>
            $"{cell.Spec.Id} of {cell.Job} is {cell.Phase} at step {cell.Step}, attempt {cell.Attempt}, in {cell.Shard}: {live.WhyWaits(cell.Spec.Id, TimeSpan.MaxValue).Text}");
        return string.Join("\n  ", live.State.Jobs.Values.Select(job => $"{job.Spec.Id} is {job.Status} {job.StatusReason}, {job.Counts.Open} open, read {job.IsSourceRead}").Concat(open));
    }
}
