namespace StyleFarm.Actors;

/// <summary>Questions from outside of the tree, or from turns: a message with an answer as a task.</summary>
public static class AskSupport
{
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<object>(message, timeout);

    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<object>(message, null, cancellationToken);

    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<object>(message, timeout, cancellationToken);

    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) =>
        self.Ask<T>(message, timeout, CancellationToken.None);

    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) =>
        self.Ask<T>(message, null, cancellationToken);

    /// <summary>Sends a question; the sender it carries completes the task with the first answer.</summary>
    /// <param name="self">Who is asked.</param>
    /// <param name="message">The question.</param>
    /// <param name="timeout">How long to wait; null or zero for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>
    /// The answer. Fails with <see cref="AskTimeoutException"/> after the timeout, with the cause of a <see cref="Status.Failure"/>,
    /// and with <see cref="ArgumentException"/> for an answer of another type.
    /// </returns>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) =>
        self.Ask<T>(_ => message, timeout, cancellationToken);

    /// <param name="self">Who is asked.</param>
    /// <param name="messageFactory">Makes the question, given who the answer goes to.</param>
    /// <param name="timeout">How long to wait; null or zero for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<T> Ask<T>(
        this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var system = (self as LocalActorRef)?.Cell.System ?? ActorCell.Current?.System
            ?? throw new ArgumentException("Only an actor of this process can be asked from outside of a turn", nameof(self));
        var answer = new AnswerRef<T>(system, ActorPath.Root(system.Name) / "temp" / $"${system.NextUid()}");
        answer.LimitTo(timeout, cancellationToken);
        self.Tell(messageFactory(answer), answer);
        return answer.Task;
    }

    /// <summary>Stops an actor with a <see cref="PoisonPill"/>.</summary>
    /// <returns>True when it has ended; fails with <see cref="TaskCanceledException"/> if it has not in time.</returns>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => GracefulStop(target, timeout, PoisonPill.Instance);

    /// <inheritdoc cref="GracefulStop(IActorRef, TimeSpan)"/>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        if (target is not LocalActorRef local)
            throw new ArgumentException("Only an actor of this process can be stopped gracefully", nameof(target));
        var system = local.Cell.System;
        var answer = new AnswerRef<Terminated>(system, ActorPath.Root(system.Name) / "temp" / $"${system.NextUid()}");
        answer.LimitTo(timeout, CancellationToken.None);
        local.SendSystem(new Watch(local, answer));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            await answer.Task;
            return true;
        }
        catch (AskTimeoutException)
        {
            local.SendSystem(new Unwatch(answer));
            throw new TaskCanceledException($"{target} did not stop within {timeout}");
        }
    }
}
