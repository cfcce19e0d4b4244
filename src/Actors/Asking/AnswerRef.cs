namespace StyleFarm.Actors;

/// <summary>Whom an ask lets the answer be sent to.</summary>
internal sealed class AnswerRef<T>(ActorSystem system, ActorPath path) : ActorRefBase, ISystemRef
{
    readonly TaskCompletionSource<T> _answer = new(system.Dispatcher.TaskOptions);
    ITimer? _timer;
    CancellationTokenRegistration _cancellation;

    public override ActorPath Path => path;

    public Task<T> Task => _answer.Task;

    public void LimitTo(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (timeout is { } limit && limit > TimeSpan.Zero)
            _timer = system.StartTimer(_ => Complete(() => _answer.TrySetException(Expired(limit))), this, limit, Timeout.InfiniteTimeSpan);
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(_ => Complete(() => _answer.TrySetCanceled(cancellationToken)), null);
    }

    public void SendSystem(SystemMessage message)
    {
        if (message is DeathNotice notice) TellInternal(new Terminated(notice.Actor, true, false), null);
        else DeadLetterRef.AnswerForTheDead(message);
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var isFirst = Complete(() => message switch
        {
            T answer => _answer.TrySetResult(answer),
            Status.Failure failure => _answer.TrySetException(failure.Cause),
            _ => _answer.TrySetException(Mismatch(message)),
        });
        if (!isFirst && !_answer.Task.IsCanceled) system.DeadLetterRef.Publish(message, sender, this);
    }

    static AskTimeoutException Expired(TimeSpan limit) =>
        new(FormattableString.Invariant($"Timeout after {limit.TotalSeconds:F2} seconds"));

    static ArgumentException Mismatch(object message) =>
        new($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]");

    bool Complete(Func<bool> complete)
    {
        if (!system.Dispatcher.Settle(complete)) return false;
        _timer?.Dispose();
        _cancellation.Unregister();
        return true;
    }
}
