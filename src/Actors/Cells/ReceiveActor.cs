namespace StyleFarm.Actors;

/// <summary>
/// An actor that registers a handler per type of message, in its constructor and inside Become; the first that fits in order of
/// registration takes the message.
/// </summary>
public abstract class ReceiveActor : UntypedActor
{
    readonly HandlerTable _initial = new();
    HandlerTable? _open;

    protected ReceiveActor() => _open = _initial;

    protected sealed override void OnReceive(object message) => Handle(_initial, message);

    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Open().Add(handler, shouldHandle);

    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Open().Add(handler, shouldHandle);

    /// <summary>A handler that says whether it took the message.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Open().Add(handler);

    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Open().Add(messageType, message =>
    {
        if (shouldHandle?.Invoke(message) == false) return false;
        handler(message);
        return true;
    });

    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) =>
        Receive(messageType, handler, shouldHandle);

    protected void Receive(Type messageType, Func<object, bool> handler) => Open().Add(messageType, handler);

    /// <summary>Takes everything; must be the last.</summary>
    protected void ReceiveAny(Action<object> handler) => Open().Add(handler, null);

    /// <summary>As <see cref="Receive{T}(Action{T}, Predicate{T}?)"/>; no other message is handled until the task is done.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Receive(Await(handler), shouldHandle);

    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(Await(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) =>
        Receive(messageType, Await(handler), shouldHandle);

    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) =>
        Receive(messageType, Await(handler), shouldHandle);

    /// <summary>Takes everything; must be the last.</summary>
    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Await(handler));

    /// <summary>Replaces the present behaviour by the handlers that <paramref name="configure"/> registers.</summary>
    protected void Become(Action configure) => Become(Behavior(configure));

    /// <summary>Puts the handlers that <paramref name="configure"/> registers on top.</summary>
    protected void BecomeStacked(Action configure) => BecomeStacked(Behavior(configure));

    internal override void Seal() => _open = null;

    UntypedReceive Behavior(Action configure)
    {
        var (outer, table) = (_open, new HandlerTable());
        _open = table;
        try
        {
            configure();
        }
        finally
        {
            _open = outer;
        }
        return message => Handle(table, message);
    }

    void Handle(HandlerTable table, object message)
    {
        if (!table.Handle(message)) Unhandled(message);
    }

    HandlerTable Open() =>
        _open ?? throw new InvalidOperationException("You may only call Receive-methods when constructing the actor and inside Become().");

    static Action<T> Await<T>(Func<T, Task> handler) => message => ActorCell.Current!.RunAsync(handler, message);
}
