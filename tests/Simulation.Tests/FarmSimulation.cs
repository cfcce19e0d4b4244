using StyleFarm.Actors.Testing;
using StyleFarm.Coordinator.Log;

namespace StyleFarm.Simulation.Tests;

/// <summary>Something that must hold does not.</summary>
sealed record Violation(string Invariant, string Detail, TimeSpan At)
{
    public override string ToString() => $"'{Invariant}' does not hold at {At.TotalSeconds:F3} s: {Detail}";
}

/// <summary>
/// One run of the whole farm from one seed: the real coordinator and node actors on one thread in virtual time, with a simulated journal,
/// store, fabric, and renderer. First a storm, in which the plan's faults happen; then calm, in which everything must come to its end.
/// </summary>
sealed class FarmSimulation
{
    /// <summary>Turns between two looks at the whole of the coordinator's mind.</summary>
    const int CheckEvery = 64;

    const int MailboxCapacity = 2000;
    const long MaxTurns = 3_000_000;

    public FarmSimulation(int seed, Action<string>? log = null, Sabotage sabotage = Sabotage.None, SimVersions? versions = null)
    {
        (Sabotage, Versions) = (sabotage, versions);
        (Seed, Plan, Chance) = (seed, new SimPlan(seed), new Chance(seed ^ 0x5EED));
        World = new DeterministicWorld(seed, MailboxCapacity);
        Log = log is null ? null : new SimLog(World, log);
        if (log is not null) World.Trace = message => log($"          {message}");
        (Weather, Journal, Store, Fabric, Sink) = (new Weather(this), new SimJournal(this), new SimStore(this), new SimFabric(this), new SimSink(this));
        (Ledger, Renders, DeadLetters) = (new JournalLedger(this), new RenderLedger(this), new DeadLetterBox(this));
        (Coordinators, Fleet, User) = (new SimCoordinators(this), new SimFleet(this), new SimUser(this));
    }

    public int Seed { get; }

    public Sabotage Sabotage { get; }

    /// <summary>Which processes are of another version; null: none.</summary>
    public SimVersions? Versions { get; }

    public SimPlan Plan { get; }

    public Chance Chance { get; }

    public DeterministicWorld World { get; }

    public SimLog? Log { get; }

    public Weather Weather { get; }

    public SimJournal Journal { get; }

    public SimStore Store { get; }

    public SimFabric Fabric { get; }

    public SimSink Sink { get; }

    public JournalLedger Ledger { get; }

    public RenderLedger Renders { get; }

    public DeadLetterBox DeadLetters { get; }

    public SimCoordinators Coordinators { get; }

    public SimFleet Fleet { get; }

    public SimUser User { get; }

    /// <summary>What went wrong first.</summary>
    public Violation? Violation { get; private set; }

    /// <summary>Something must hold, and does not. The run ends with this turn.</summary>
    public void Break(string invariant, string detail)
    {
        if (Violation is not null) return;
        Violation = new Violation(invariant, detail, World.Time.Elapsed);
        Log?.Add($"VIOLATION {Violation}");
    }

    /// <summary>Does something after a while, in nobody's turn.</summary>
    public ITimer After(TimeSpan delay, Action action) => World.Time.CreateTimer(_ => Outside(action), null, delay, Timeout.InfiniteTimeSpan);

    /// <summary>What is completed in here goes on at once: tasks that it ends need no thread for what awaits them.</summary>
    public void Outside(Action action)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        catch (Exception e)
        {
            Break("the simulation works", e.ToString());
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Runs to the end, or to the first violation.</summary>
    public SimOutcome Run()
    {
        var script = new SimScript(this);
        script.Begin();
        var nextCheck = (long)CheckEvery;
        while (!script.IsOver && Violation is null)
        {
            if (!World.RunOne() && !World.AdvanceToNextTimer()) Break("everything ends when faults stop", "nobody has anything to do");
            if (World.Turns < nextCheck) continue;
            nextCheck = World.Turns + CheckEvery;
            CheckMind();
            if (World.Turns > MaxTurns) Break("everything ends when faults stop", $"no end after {World.Turns} turns");
        }

        if (Violation is null && World.ForeignPosts > 0) Break("a run depends on its seed alone", $"{World.ForeignPosts} messages came from other threads");
        return new SimOutcome(Seed, Plan.Faults, Violation, World.Turns, World.Time.Elapsed, World.Fingerprint, Journal.Entries.Count, Renders.RepeatedSteps, DeadLetters.Counts);
    }

    /// <summary>Looks at the whole of the coordinator's mind, and at what the journal says.</summary>
    public void CheckMind()
    {
        if (Coordinators.Live is { } live && Coordinators.Newest.IsAlive && FarmCheck.FaultOf(live) is { } fault) Break("the coordinator's state holds together", fault);
        if (FarmCheck.FaultOf(Ledger.State) is { } wrong) Break("the journal's state holds together", wrong);
    }

    /// <summary>At rest: what is folded from the journal, or from its snapshot, is what the coordinator has in mind.</summary>
    public void CheckReplay()
    {
        var live = FarmLog.Write(Coordinators.Live!.State);
        if (!live.AsSpan().SequenceEqual(FarmLog.Write(Ledger.State))) Break("the journal is the state", Difference(live, FarmLog.Write(Ledger.State)));
        var replayed = FarmLog.Write(Journal.Replay());
        if (!live.AsSpan().SequenceEqual(replayed)) Break("the journal is the state, from its snapshot too", Difference(live, replayed));
    }

    static string Difference(byte[] live, byte[] other)
    {
        var at = live.AsSpan().CommonPrefixLength(other);
        return $"live: {Text(live)} journal: {Text(other)}";

        string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes.AsSpan(Math.Max(0, Math.Min(at, bytes.Length) - 100)..Math.Min(bytes.Length, at + 100)));
    }
}
