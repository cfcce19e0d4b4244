namespace StyleFarm.Actors;

/// <summary>What the kernel tells a cell: never bounded, never dropped, before all messages of users. Each object is sent once.</summary>
internal abstract class SystemMessage
{
    /// <summary>Intrusive link of <see cref="SystemQueue"/>.</summary>
    public SystemMessage? Next;
}

internal sealed class Create : SystemMessage;

internal sealed class Terminate : SystemMessage;

internal sealed class Suspend : SystemMessage;

internal sealed class Resume(Exception? cause) : SystemMessage
{
    public Exception? Cause => cause;
}

internal sealed class Recreate(Exception cause) : SystemMessage
{
    public Exception Cause => cause;
}

internal sealed class Failed(LocalActorRef child, Exception cause) : SystemMessage
{
    public LocalActorRef Child => child;

    public Exception Cause => cause;
}

internal sealed class Watch(ISystemRef watchee, ISystemRef watcher) : SystemMessage
{
    public ISystemRef Watchee => watchee;

    public ISystemRef Watcher => watcher;
}

internal sealed class Unwatch(ISystemRef watcher) : SystemMessage
{
    public ISystemRef Watcher => watcher;
}

internal sealed class DeathNotice(ISystemRef actor) : SystemMessage
{
    public ISystemRef Actor => actor;
}

/// <summary>The rest of an asynchronous turn, with what the turn began with.</summary>
internal sealed class Continuation(SendOrPostCallback callback, object? state, object? message, IActorRef? sender) : SystemMessage
{
    public object? Message => message;

    public IActorRef? Sender => sender;

    public void Run() => callback(state);
}
