using StyleFarm.Actors;
using StyleFarm.Coordinator;
using StyleFarm.GpuNode;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Simulation.Tests;

/// <summary>What goes wrong now and then, one thing after another, as long as the storm lasts.</summary>
sealed class Troubles
{
    readonly FarmSimulation _farm;
    readonly Chance _chance;
    readonly List<Action> _kinds = [];

    public Troubles(FarmSimulation farm)
    {
        (_farm, _chance) = (farm, farm.Chance);
        foreach (var (fault, trouble) in new (Faults, Action)[]
                 {
                     (Faults.NodeCrashes, KillNode), (Faults.NodeCrashes, KillNode), (Faults.Leaves, SendNodeAway), (Faults.EngineCrashes, BreakEngine),
                     (Faults.CoordinatorCrashes, () => farm.Coordinators.Kill(_chance.Seconds(0.2, 12))),
                     (Faults.Overlaps, () => farm.Coordinators.Overlap(_chance.Seconds(1, 30), _chance.Seconds(0, 3))),
                     (Faults.Stalls, () => Somebody()?.Stall(_chance.Seconds(1, 25))), (Faults.Partitions, CutOff),
                     (Faults.StoreOutages, () => Away(away => farm.Weather.IsStoreAway = away)),
                     (Faults.JournalOutages, () => Away(away => farm.Weather.IsJournalAway = away)),
                     (Faults.Deliveries, () => Away(away => farm.Weather.IsOutputAway = away)),
                     (Faults.ClockJumps, JumpClock), (Faults.Commands, Command), (Faults.Commands, Command),
                 })
            if (farm.Plan.Has(fault))
                _kinds.Add(trouble);
    }

    /// <summary>Lets the next come after a while, and the one after it.</summary>
    public void Begin() => _farm.After(_chance.Wait(_farm.Plan.TroubleEvery), () =>
    {
        if (!_farm.Weather.IsStormy) return;
        if (_kinds.Count > 0) _chance.Pick(_kinds)();
        Begin();
    });

    SimNode? SomeNode() => _farm.Fleet.Alive is { Count: > 0 } nodes ? _chance.Pick(nodes) : null;

    SimProcess? Somebody()
    {
        List<SimProcess> all = [.. _farm.Fleet.Alive.Select(node => node.Process), .. _farm.Coordinators.Alive];
        return all.Count > 0 ? _chance.Pick(all) : null;
    }

    void KillNode() => SomeNode()?.Die("killed");

    void BreakEngine() => SomeNode()?.BreakEngine();

    void SendNodeAway()
    {
        if (SomeNode() is not { } node) return;
        _farm.Log?.Add($"{node.Process} is told to leave");
        node.Actor.Tell(LeaveFarm.Instance, ActorRefs.NoSender);
    }

    void CutOff()
    {
        var address = $"node.{_chance.Pick([.. _farm.Fleet.Names])}";
        _farm.Log?.Add($"{address} is cut off");
        _farm.Weather.CutOff.Add(address);
        _farm.After(_chance.Seconds(0.5, 25), () => _farm.Weather.CutOff.Remove(address));
    }

    void Away(Action<bool> set)
    {
        set(true);
        _farm.After(_chance.Seconds(0.2, 20), () => set(false));
    }

    void JumpClock()
    {
        if (Somebody() is not { } process) return;
        process.Clock.Offset += TimeSpan.FromHours(_chance.Between(-30, 30));
        _farm.Log?.Add($"the clock of {process} is off by {process.Clock.Offset}");
    }

    void Command()
    {
        var job = _chance.Pick([.. _farm.Plan.Jobs.Select(job => job.Spec)]);
        if (!_farm.Ledger.State.Jobs.ContainsKey(job.Id)) return;
        _farm.User.Try(_chance.Next(0, 19) switch
        {
            < 4 => new PauseJob(job.Id),
            < 8 => new ResumeJob(job.Id),
            < 9 => new CancelJob(job.Id),
            < 11 => new RetryJob(job.Id, Dropped: _chance.Once(0.3)),
            < 13 => new SetJobPriority(job.Id, _chance.Next(0, 100)),
            < 16 => new SubmitJob(job),
            _ => new SetNodeDraining(new NodeId(_chance.Pick([.. _farm.Fleet.Names])), _chance.Once(0.6)),
        });
    }
}
