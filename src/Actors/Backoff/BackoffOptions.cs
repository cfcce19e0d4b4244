namespace StyleFarm.Actors;

/// <summary>When a child comes back after growing pauses; see <see cref="BackoffSupervisor"/>.</summary>
public static class Backoff
{
    /// <summary>For a child that fails: where its supervision says Restart, it is stopped and comes back later.</summary>
    /// <param name="childProps">The child.</param>
    /// <param name="childName">Its name.</param>
    /// <param name="minBackoff">The first pause; above zero.</param>
    /// <param name="maxBackoff">The longest pause; at least the first.</param>
    /// <param name="randomFactor">How much a pause may be longer by chance: 0.2 for up to 20 %; 0 to 1.</param>
    /// <param name="maxNrOfRetries">How often until supervisor and child are stopped; below 0 for ever.</param>
    public static BackoffOptions OnFailure(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new(childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries) { IsOnStop = false };

    /// <summary>For a child that stops by itself when something is wrong: it is started again later.</summary>
    /// <inheritdoc cref="OnFailure"/>
    public static BackoffOptions OnStop(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new(childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries) { IsOnStop = true };
}

/// <summary>The options of a <see cref="BackoffSupervisor"/>. Immutable; `With…` makes another.</summary>
public sealed record BackoffOptions
{
    internal BackoffOptions(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries)
    {
        if (minBackoff <= TimeSpan.Zero) throw new ArgumentException("MinBackoff must be greater than 0");
        if (maxBackoff < minBackoff) throw new ArgumentException("MaxBackoff must be greater than MinBackoff");
        if (randomFactor is not (>= 0 and <= 1)) throw new ArgumentException("RandomFactor must be between 0.0 and 1.0");
        (ChildProps, ChildName, MinBackoff, MaxBackoff, RandomFactor, ResetAfter) =
            (childProps, childName, minBackoff, maxBackoff, randomFactor, minBackoff);
        Strategy = new OneForOneStrategy(maxNrOfRetries, -1, SupervisorStrategy.DefaultDecider);
    }

    internal Props ChildProps { get; }

    internal string ChildName { get; }

    internal TimeSpan MinBackoff { get; }

    internal TimeSpan MaxBackoff { get; }

    internal double RandomFactor { get; }

    internal bool IsOnStop { get; init; }

    internal TimeSpan? ResetAfter { get; private init; }

    internal OneForOneStrategy Strategy { get; private init; }

    internal object? ReplyWhileStoppedMessage { get; private init; }

    internal Func<object, bool>? IsFinalStopMessage { get; private init; }

    /// <summary>A child that lived that long begins with the first pause again; the default is the first pause.</summary>
    public BackoffOptions WithAutoReset(TimeSpan resetBackoff) => this with { ResetAfter = resetBackoff };

    /// <summary>Pauses grow until the child sends <see cref="BackoffSupervisor.Reset"/> to its parent.</summary>
    public BackoffOptions WithManualReset() => this with { ResetAfter = null };

    /// <summary>What a failure leads to; Restart becomes stop, pause, start.</summary>
    public BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) => this with { Strategy = supervisorStrategy };

    /// <summary>Every failure stops the child.</summary>
    public BackoffOptions WithDefaultStoppingStrategy() => this with
    {
        Strategy = new OneForOneStrategy(Strategy.MaxNumberOfRetries, -1, SupervisorStrategy.StoppingStrategy.Decider),
    };

    /// <summary>What callers get while there is no child; else their messages are dead letters.</summary>
    public BackoffOptions WithReplyWhileStopped(object replyWhileStopped) => this with { ReplyWhileStoppedMessage = replyWhileStopped };

    public BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) => this with { Strategy = Strategy.WithMaxNrOfRetries(maxNrOfRetries) };

    /// <summary>The message after which the child's stop is final: the supervisor stops too.</summary>
    public BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) =>
        this with { IsFinalStopMessage = isFinalStopMessage };
}
