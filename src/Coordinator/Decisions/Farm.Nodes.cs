using System.Collections.Immutable;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

public sealed partial class Farm
{
    /// <summary>A node that forgets the same claim so often does not want it.</summary>
    const int MaxRepeats = 5;

    /// <summary>A node that comes back later is taken for dead all the same.</summary>
    static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    void Hear(WireMessage message)
    {
        switch (message)
        {
            case NodeHello hello: Welcome(hello); break;
            case Heartbeat beat: Renew(beat); break;
            case CellReport report: Hear(report); break;
            // What coordinators say to nodes is nothing to us.
            default: break;
        }
    }

    void Welcome(NodeHello hello)
    {
        var known = Presence.Nodes.GetValueOrDefault(hello.Node);
        var isNew = known?.Hello.Incarnation != hello.Incarnation;
        var node = isNew ? new NodeState { Hello = hello } : known!;
        node.Hello = hello;
        node.LastHeard = _now;
        if (isNew) node.IsDraining = known?.IsDraining ?? hello.IsDraining;
        Presence.Nodes[hello.Node] = node;
        var reason = !isNew ? ReleaseReason.NotHeld : known is null ? ReleaseReason.FarmRestarted : ReleaseReason.NodeRestarted;
        foreach (var live in LeasesOf(hello.Node).Where(live => !hello.Held.Contains(live.Lease))) Release(live.Lease, reason);
        node.Leases.Clear();
        node.Leases.AddRange(LeasesOf(hello.Node).Select(live => live.Lease.Shard));
        foreach (var live in LeasesOf(hello.Node)) Confirm(live);
        Acquit(hello.Node, hello.Incarnation);

        Tell(hello.Node, new NodeWelcome
        {
            CoordinatorEpoch = Epoch,
            HeartbeatMilliseconds = (int)Options.Heartbeat.TotalMilliseconds,
            LeaseMilliseconds = (int)Options.Lease.TotalMilliseconds,
        });
        ReplyTo(hello.Node, hello.Held);
        if (node.IsDraining) Tell(hello.Node, new DrainNode { CoordinatorEpoch = Epoch });
    }

    void Renew(Heartbeat beat)
    {
        if (!Presence.Nodes.TryGetValue(beat.Node, out var node) || node.Hello.Incarnation != beat.Incarnation)
        {
            Tell(beat.Node, new HeartbeatReply { CoordinatorEpoch = Epoch, IsUnknown = true });
            return;
        }

        Acquit(beat.Node, beat.Incarnation);
        node.LastHeard = _now;
        node.Utilisation = beat.Utilisation;
        node.IsClosed = beat.IsDraining;
        // The word on it was lost. A node that leaves by itself does not mind.
        if (node.IsDraining != beat.IsDraining) Tell(beat.Node, new DrainNode { CoordinatorEpoch = Epoch, IsDraining = node.IsDraining });
        if (beat.PixelStepsPerSecond > 0) node.PixelStepsPerSecond = beat.PixelStepsPerSecond;
        foreach (var live in LeasesOf(beat.Node))
        {
            if (beat.Held.Contains(live.Lease)) Confirm(live);
            else if (_now - live.Told >= 2 * Options.Heartbeat) Repeat(live);
        }

        ReplyTo(beat.Node, beat.Held);
    }

    void ReplyTo(NodeId node, ImmutableArray<Lease> held) => Tell(node, new HeartbeatReply
    {
        CoordinatorEpoch = Epoch,
        Lost = [.. held.Where(lease => !Presence.Leases.TryGetValue(lease.Shard, out var live) || live.Lease != lease)],
    });

    void Confirm(LiveLease live)
    {
        live.IsConfirmed = true;
        live.Repeats = 0;
        live.Expires = _now + Options.Lease;
        // The node may not have got the request to stop.
        if (live.StopAsked != StopReason.None) TellToStop(live);
    }

    /// <summary>The node lives but does not know of its claim: the message was lost, or what it reported was.</summary>
    void Repeat(LiveLease live)
    {
        if (++live.Repeats > MaxRepeats)
        {
            Release(live.Lease, ReleaseReason.NotHeld);
            return;
        }

        live.Told = _now;
        live.Expires = _now + Options.Lease;
        Tell(live.Lease.Node, Assignment(State.Shard(live.Lease.Shard)));
    }

    List<LiveLease> LeasesOf(NodeId node) =>
        [.. Presence.Leases.Values.Where(live => live.Lease.Node == node).OrderBy(live => live.Lease.Shard.Number)];

    /// <summary>
    /// Whoever has work and is not heard is asked for a hello: what is sent to a queue that has gone comes back, long before the lease ends.
    /// </summary>
    void AskSilentNodes()
    {
        foreach (var node in Presence.Nodes.Values.Where(node => node.Leases.Count > 0))
        {
            if (_now - node.LastHeard < 2 * Options.Heartbeat || _now - node.LastAsked < Options.Heartbeat) continue;
            node.LastAsked = _now;
            Tell(node.Id, new HeartbeatReply { CoordinatorEpoch = Epoch, IsUnknown = true });
        }
    }

    void ExpireLeases()
    {
        foreach (var live in Presence.Leases.Values.Where(live => live.Expires <= _now).OrderBy(live => live.Lease.Shard.Number).ToList())
            Expire(live, Presence.Nodes.GetValueOrDefault(live.Lease.Node));
        foreach (var id in Presence.Silent.Where(silent => _now - silent.Value.Since > LongestSilence).Select(silent => silent.Key).ToList())
            Presence.Silent.Remove(id);
        foreach (var node in Presence.Nodes.Values.Where(node => _now - node.LastHeard > Options.Lease && node.Leases.Count == 0).ToList())
            Presence.Nodes.Remove(node.Id);
    }

    void LoseNode(NodeId id)
    {
        if (!Presence.Nodes.Remove(id, out var node)) return;
        foreach (var live in LeasesOf(id)) Expire(live, node);
    }

    /// <summary>The node was heard no more. It may have died over its work, or have been cut off: that shows when it comes back.</summary>
    void Expire(LiveLease live, NodeState? node)
    {
        if (!live.IsConfirmed || node is null)
        {
            Release(live.Lease, ReleaseReason.NotHeld);
            return;
        }

        if (!Presence.Silent.TryGetValue(node.Id, out var silent) || silent.Incarnation != node.Hello.Incarnation)
            Presence.Silent[node.Id] = silent = new SilentNode(node.Hello.Incarnation, _now, []);
        silent.Blamed.AddRange(State.Shard(live.Lease.Shard).Cells);
        Release(live.Lease, ReleaseReason.Expired);
    }

    /// <summary>Whoever comes back as the same has not died, so nothing killed it.</summary>
    void Acquit(NodeId node, string incarnation)
    {
        if (!Presence.Silent.Remove(node, out var silent) || silent.Incarnation != incarnation) return;
        var cells = silent.Blamed.Where(id => State.Cells.TryGetValue(id, out var cell) && cell is { IsEnded: false, Crashes: > 0 });
        if (cells.Distinct().ToImmutableArray() is { Length: > 0 } acquitted) Happen(new CellsAcquitted(node, acquitted));
    }

    void SetDraining(SetNodeDraining c)
    {
        if (!Presence.Nodes.TryGetValue(c.Node, out var node))
            throw StyleFarmException.BadUsage($"there is no node {c.Node}"
                + NearestMatch.Hint(NearestMatch.Find(c.Node.ToString(), Presence.Nodes.Keys.Select(key => key.ToString()))));
        (node.IsDraining, node.IsClosed) = (c.IsDraining, false);
        Tell(c.Node, new DrainNode { CoordinatorEpoch = Epoch, IsDraining = c.IsDraining });
        if (c.IsDraining)
            foreach (var shard in node.Leases.ToList()) Ask(shard, StopReason.Drain);
    }

    /// <summary>Asks for the cells of a claim to be left at checkpoints.</summary>
    void Ask(ShardId shard, StopReason reason)
    {
        if (!Presence.Leases.TryGetValue(shard, out var live) || live.StopAsked != StopReason.None) return;
        live.StopAsked = reason;
        TellToStop(live);
    }

    void TellToStop(LiveLease live) =>
        Tell(live.Lease.Node, new StopCells { CoordinatorEpoch = Epoch, Lease = live.Lease, Reason = live.StopAsked });

    /// <summary>A claim ends while its shard does not.</summary>
    void Release(Lease lease, ReleaseReason reason)
    {
        Happen(new ShardReleased(lease, reason));
        EndLease(lease);
        if (reason is ReleaseReason.Expired or ReleaseReason.NodeRestarted) Suspect(State.Shard(lease.Shard));
    }

    void EndLease(Lease lease)
    {
        Presence.Leases.Remove(lease.Shard);
        if (Presence.Nodes.TryGetValue(lease.Node, out var node)) node.Leases.Remove(lease.Shard);
    }

    /// <summary>
    /// Finds out which cell kills nodes: after two deaths the cells are rendered alone, after the third the guilty one is out.
    /// </summary>
    void Suspect(ShardState shard)
    {
        var cells = shard.Cells.Select(State.Cell).ToList();
        if (cells.Count > 1 && cells.Any(cell => cell.IsSuspect)) Happen(new ShardDissolved(shard.Id));
        foreach (var cell in cells.Where(cell => cell.Crashes >= Options.MaxCrashes))
            Happen(new CellGaveUp(cell.Spec.Id, $"quarantined: {cell.Crashes} nodes died while they rendered it"));
    }
}
