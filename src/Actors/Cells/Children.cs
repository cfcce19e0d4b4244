namespace StyleFarm.Actors;

/// <summary>What a cell waits with until those of its children that must die are dead.</summary>
internal abstract record Pending
{
    public sealed record Creation : Pending;

    public sealed record Recreation(Exception Cause) : Pending;

    public sealed record Termination : Pending;
}

/// <summary>
/// The children of a cell. Others than the cell's own turn come here too: a system's guardian gets children from every thread.
/// </summary>
internal sealed class Children
{
    const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+~";

    readonly Lock _gate = new();
    Dictionary<string, ChildStats>? _byName;
    HashSet<LocalActorRef>? _dying;
    Pending? _pending;
    long _madeUp;

    public bool IsTerminating => _pending is Pending.Termination;

    public bool IsWaiting => _pending is not null;

    /// <summary>Adds the child that <paramref name="make"/> makes under a name that nobody has.</summary>
    public LocalActorRef Add(string? name, Func<string, ChildStats> make)
    {
        lock (_gate)
        {
            if (IsTerminating) throw new InvalidOperationException("Cannot create child while terminating or terminated");
            name ??= MakeUpName();
            _byName ??= [];
            if (_byName.ContainsKey(name)) throw new InvalidActorNameException($"Actor name \"{name}\" is not unique!");
            var stats = make(name);
            _byName.Add(name, stats);
            return stats.Child;
        }
    }

    public ChildStats? Find(string name)
    {
        if (_byName is null) return null;
        lock (_gate) return _byName.GetValueOrDefault(name);
    }

    /// <summary>The entry of this very incarnation.</summary>
    public ChildStats? Find(IActorRef child) => Find(child.Path.Name) is { } stats && ReferenceEquals(stats.Child, child) ? stats : null;

    public LocalActorRef[] Snapshot()
    {
        if (_byName is null) return [];
        lock (_gate) return [.. _byName.Values.Select(stats => stats.Child)];
    }

    /// <summary>Notes that an actor is about to be told to stop, if it is a child.</summary>
    public void MarkDying(IActorRef actor)
    {
        if (_byName is null) return;
        lock (_gate)
            if (_byName.GetValueOrDefault(actor.Path.Name) is { } stats && ReferenceEquals(stats.Child, actor))
                (_dying ??= []).Add(stats.Child);
    }

    /// <summary>Notes that all were told to stop and that nobody comes after them.</summary>
    /// <returns>The children; none if there is nothing to wait for.</returns>
    public LocalActorRef[] BeginTermination()
    {
        lock (_gate)
        {
            _pending = new Pending.Termination();
            var all = Snapshot();
            if (all.Length > 0) _dying = [.. all];
            return all;
        }
    }

    /// <returns>Whether there are dying children that <paramref name="pending"/> must wait for.</returns>
    public bool WaitForDying(Pending pending)
    {
        lock (_gate)
        {
            if (_dying is not { Count: > 0 }) return false;
            _pending = pending;
            return true;
        }
    }

    /// <summary>Forgets a dead child.</summary>
    /// <returns>What waited for it as the last one.</returns>
    public Pending? Remove(LocalActorRef child)
    {
        lock (_gate)
        {
            if (_byName?.GetValueOrDefault(child.Path.Name) is not { } stats || !ReferenceEquals(stats.Child, child)) return null;
            _byName.Remove(child.Path.Name);
            if (_dying?.Remove(child) != true || _dying.Count > 0) return null;
            var pending = _pending;
            // A terminated cell stays closed for children.
            if (!IsTerminating) _pending = null;
            return pending;
        }
    }

    string MakeUpName()
    {
        var name = "$";
        for (var rest = _madeUp++; ; rest >>= 6)
        {
            name += Digits[(int)(rest & 63)];
            if (rest < 64) return name;
        }
    }
}
