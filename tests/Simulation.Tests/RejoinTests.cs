using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Simulation.Tests;

/// <summary>A node that is emptied, as to be upgraded, and comes back: the real actors, in fair weather.</summary>
public sealed class RejoinTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    readonly FarmSimulation _farm = new(FairSeed());
    readonly NodeId _drained = new("p");

    [Fact]
    public void A_node_that_was_drained_and_may_work_again_takes_work_again()
    {
        BeginWork();

        _farm.User.Must(new SetNodeDraining(_drained, IsDraining: true));
        Until(() => Held == 0 && Leases == 0, "the drained node is empty");
        var finished = Finished;
        Until(() => Finished >= finished + 2, "the others go on");
        Assert.Equal((0, 0), (Held, Leases));

        _farm.User.Must(new SetNodeDraining(_drained, IsDraining: false));
        Until(() => Held > 0 && Leases > 0, "it has work again");
        Finish();
    }

    [Fact]
    public void A_drained_node_whose_process_is_started_anew_stays_empty_until_it_may_work_again()
    {
        BeginWork();
        _farm.User.Must(new SetNodeDraining(_drained, IsDraining: true));
        Until(() => Held == 0 && Leases == 0, "the drained node is empty");

        var before = _farm.Fleet.Alive.Single(node => node.Name == _drained.ToString());
        before.Die("it is upgraded");
        Until(() => _farm.Fleet.Alive.Any(node => node.Name == _drained.ToString()), "it is started anew");
        var finished = Finished;
        Until(() => Finished >= finished + 2, "the others go on");
        Assert.Equal((0, 0), (Held, Leases));

        _farm.User.Must(new SetNodeDraining(_drained, IsDraining: false));
        Until(() => Held > 0 && Leases > 0, "it has work again");
        Finish();
    }

    int Held => _farm.Fabric.Held.GetValueOrDefault(_drained.ToString());

    int Leases => _farm.Coordinators.Live!.Presence.Leases.Values.Count(live => live.Lease.Node == _drained);

    int Finished => _farm.Plan.Cells.Keys.Count(_farm.Ledger.IsPublished);

    void BeginWork()
    {
        _farm.Coordinators.Start();
        _farm.Fleet.StartAll();
        foreach (var job in _farm.Plan.Jobs) _farm.User.Must(new SubmitJob(job.Spec));
        Until(() => _farm.Coordinators.Live is not null && Held > 0 && Leases > 0, "the node has work");
    }

    void Finish()
    {
        Until(() => _farm.Ledger.State.Jobs.Values.All(job => job.Status == JobStatus.Done), "every job is done");
        Until(() => _farm.Fabric.Held.Values.All(held => held == 0), "nobody holds anything");
        new LastLook(_farm).Check();
        Assert.Null(_farm.Violation);
    }

    void Until(Func<bool> condition, string what)
    {
        for (var until = _farm.World.Time.Elapsed + Patience; !condition();)
            Assert.True(
                _farm.Violation is null && _farm.World.Time.Elapsed < until && (_farm.World.RunOne() || _farm.World.AdvanceToNextTimer()),
                $"seed {_farm.Seed}: {what}, after {_farm.World.Time.Elapsed}: {_farm.Violation}");
    }

    // Enough to do for several nodes, whose jobs may use all of them.
    static int FairSeed() => Enumerable.Range(1, 10_000).Select(i => 16 * i).First(seed => new SimPlan(seed) is { Nodes: >= 2 } plan
        && plan.Jobs.Sum(job => job.Cells.Count) >= 40 && plan.Jobs.All(job => job.Spec is { MaxNodes: null, CheckpointEvery: > 0 }));
}
