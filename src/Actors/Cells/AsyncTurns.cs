namespace StyleFarm.Actors;

/// <summary>
/// Turns that await: the mailbox stays suspended until the handler's task is done, and what follows an await runs as a message of the
/// kernel to the cell, with the sender and message that the turn began with.
/// </summary>
internal sealed class AsyncTurns(ActorCell cell) : SynchronizationContext
{
    object? _message;
    IActorRef? _sender;

    public void Run<T>(Func<T, Task> handler, T argument)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        (_message, _sender) = (cell.CurrentMessage, cell.SenderOrNull);
        try
        {
            var task = handler(argument) ?? throw new InvalidOperationException("An asynchronous handler returned null in place of a task");
            // Also rethrows what failed without ever waiting, as a failure of a plain turn.
            if (task.IsCompleted) task.GetAwaiter().GetResult();
            else Suspend(task);
        }
        finally
        {
            SetSynchronizationContext(outer);
            if (!cell.Mailbox.IsSuspended) (_message, _sender) = (null, null);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => cell.Self.SendSystem(new Continuation(d, state, _message, _sender));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("An actor's turn cannot be waited for; use Post");

    public override SynchronizationContext CreateCopy() => this;

    public void Continue(Continuation continuation)
    {
        (cell.CurrentMessage, cell.SenderOrNull) = (continuation.Message, continuation.Sender);
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            continuation.Run();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    void Suspend(Task task)
    {
        cell.Mailbox.Suspend();
        task.GetAwaiter().UnsafeOnCompleted(() => Finish(task));
    }

    void Finish(Task task)
    {
        (cell.CurrentMessage, cell.SenderOrNull, _message, _sender) = (_message, _sender, null, null);
        cell.Mailbox.Resume();
        if (!task.IsCompletedSuccessfully) cell.Lifecycle.Fail(Error(task));
        cell.RearmIdleTimer();
    }

    static Exception Error(Task task) => task.Exception is { InnerExceptions: [var only] } ? only
        : task.Exception as Exception ?? new TaskCanceledException(task);
}
