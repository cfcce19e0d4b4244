namespace StyleFarm.Actors;

/// <summary>Whom an ask lets the answer be sent to.</summary>
internal sealed class AnswerRef<T>(ActorSystem system, ActorPath path) : ActorRefBase, ISystemRef
{
    readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ITimer? _timer;
    CancellationTokenRegistration _cancellation;

    public override ActorPath Path => path;

    public Task<T> Task => _answer.Task;

    public void LimitTo(TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (timeout is { } limit && limit > TimeSpan.Zero)
            _timer = system.StartTimer(_ => Complete(Expire(limit)), this, limit, Timeout.InfiniteTimeSpan);
        if (cancellationToken.CanBeCanceled)
            _cancellation = cancellationToken.UnsafeRegister(_ => Complete(_answer.TrySetCanceled(cancellationToken)), null);
    }

    public void SendSystem(SystemMessage message)
    {
        if (message is DeathNotice notice) TellInternal(new Terminated(notice.Actor, true, false), null);
        else DeadLetterRef.AnswerForTheDead(message);
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var taken = message switch
        {
            T answer => _answer.TrySetResult(answer),
            Status.Failure failure => _answer.TrySetException(failure.Cause),
            _ => _answer.TrySetException(new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (!Complete(taken) && !_answer.Task.IsCanceled) system.DeadLetterRef.Publish(message, sender, this);
    }

    bool Expire(TimeSpan limit) => _answer.TrySetException(new AskTimeoutException(FormattableString.Invariant($"Timeout after {limit.TotalSeconds:F2} seconds")));

    bool Complete(bool isFirst)
    {
        if (!isFirst) return false;
        _timer?.Dispose();
        _cancellation.Unregister();
        return true;
    }
}
