namespace StyleFarm.Actors;

/// <summary>Whom a cell watches and who watches it.</summary>
internal sealed class DeathWatch(ActorCell cell)
{
    // Each with the message that was asked for in place of Terminated, or null.
    Dictionary<IActorRef, object?>? _watching;
    Dictionary<IActorRef, object?>? _queued;
    List<ISystemRef>? _watchers;

    public void Watch(IActorRef subject, object? message)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (subject.Equals(cell.Self)) return;
        var watchee = subject as ISystemRef ?? throw new ArgumentException(
            $"{subject.GetType().Name} {subject.Path} has no life that could be watched; let an actor stand for it", nameof(subject));
        if (!(_watching ??= []).TryAdd(subject, message)) return;
        watchee.SendSystem(new Watch(watchee, cell.Self));
    }

    public void Unwatch(IActorRef subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (_watching?.Remove(subject) == true) ((ISystemRef)subject).SendSystem(new Unwatch(cell.Self));
        _queued?.Remove(subject);
    }

    /// <summary>A watched actor is dead: queues its message behind those that it sent.</summary>
    public void NoteDeath(ISystemRef subject)
    {
        if (_watching?.Remove(subject, out var message) != true) return;
        (_queued ??= [])[subject] = message;
        cell.Mailbox.Post(new Envelope(new Terminated(subject, existenceConfirmed: true, addressTerminated: false), subject), force: true);
    }

    /// <summary>A queued message of death has its turn.</summary>
    /// <returns>What the actor gets; null if the watch was ended meanwhile.</returns>
    public object? Deliver(Terminated terminated)
    {
        if (_queued?.Remove(terminated.ActorRef, out var message) != true) return null;
        return message ?? terminated;
    }

    /// <summary>A stashed message of death is back in the mailbox.</summary>
    public void Requeue(Terminated terminated) => (_queued ??= [])[terminated.ActorRef] = null;

    public void AddWatcher(ISystemRef watcher)
    {
        _watchers ??= [];
        if (!_watchers.Contains(watcher)) _watchers.Add(watcher);
    }

    public void RemoveWatcher(ISystemRef watcher) => _watchers?.Remove(watcher);

    /// <summary>Tells all watchers but the parent, who is told anyway.</summary>
    public void TellWatchers()
    {
        if (_watchers is null) return;
        foreach (var watcher in _watchers)
            if (!ReferenceEquals(watcher, cell.ParentRef)) watcher.SendSystem(new DeathNotice(cell.Self));
        _watchers = null;
    }

    public void UnwatchAll()
    {
        if (_watching is not null)
            foreach (var subject in _watching.Keys) ((ISystemRef)subject).SendSystem(new Unwatch(cell.Self));
        (_watching, _queued) = (null, null);
    }
}
