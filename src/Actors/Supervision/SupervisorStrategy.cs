namespace StyleFarm.Actors;

/// <summary>What a parent does about a child that failed.</summary>
public enum Directive
{
    /// <summary>Go on with the next message, state as it is.</summary>
    Resume,

    /// <summary>Go on with the next message in a new incarnation.</summary>
    Restart,

    /// <summary>Fail with the same error oneself.</summary>
    Escalate,

    /// <summary>End the child.</summary>
    Stop,
}

/// <summary>Pairs of an exception's type and what it leads to: <c>Directive.Stop.When&lt;IOException&gt;()</c>.</summary>
public static class DirectiveExtensions
{
    public static KeyValuePair<Type, Directive> When<TException>(this Directive self) where TException : Exception =>
        new(typeof(TException), self);
}

/// <summary>How a parent looks after its children.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Restart, but stop children that could not be made, were killed, or let a death pact kill them.</summary>
    public static readonly IDecider DefaultDecider = Actors.Decider.From(Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    /// <summary><see cref="DefaultDecider"/> with any number of restarts.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>Every failure ends the child.</summary>
    public static readonly OneForOneStrategy StoppingStrategy = new(_ => Directive.Stop);

    public abstract IDecider Decider { get; }

    /// <summary>Whether failures are written to the log.</summary>
    protected bool LoggingEnabled { get; init; } = true;

    /// <returns>False to escalate.</returns>
    internal bool HandleFailure(ActorCell parent, ChildStats child, Exception cause)
    {
        var directive = Decider.Decide(cause);
        if (directive == Directive.Escalate) return false;
        if (LoggingEnabled) parent.System.LogFailure(child.Child, cause, directive);
        if (directive == Directive.Resume) child.Child.SendSystem(new Resume(cause));
        else if (directive == Directive.Restart && MayRestart(child)) child.Child.SendSystem(new Recreate(cause));
        else parent.Stop(child.Child);
        return true;
    }

    private protected abstract bool MayRestart(ChildStats child);
}

/// <summary>Each child for itself: what one does leaves its siblings alone.</summary>
public class OneForOneStrategy : SupervisorStrategy
{
    /// <param name="maxNrOfRetries">Restarts within the range until the child is stopped; below 0 or null for any number.</param>
    /// <param name="withinTimeRange">The range; null for all time.</param>
    /// <param name="localOnlyDecider">What an exception leads to.</param>
    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, Func<Exception, Directive> localOnlyDecider)
        : this(maxNrOfRetries, withinTimeRange, Actors.Decider.From(localOnlyDecider))
    {
    }

    public OneForOneStrategy(int? maxNrOfRetries, TimeSpan? withinTimeRange, IDecider decider)
        : this(maxNrOfRetries ?? -1, (int)(withinTimeRange ?? Timeout.InfiniteTimeSpan).TotalMilliseconds, decider)
    {
    }

    public OneForOneStrategy(
        int maxNrOfRetries, int withinTimeMilliseconds, Func<Exception, Directive> localOnlyDecider, bool loggingEnabled = true)
        : this(maxNrOfRetries, withinTimeMilliseconds, Actors.Decider.From(localOnlyDecider), loggingEnabled)
    {
    }

    public OneForOneStrategy(int maxNrOfRetries, int withinTimeMilliseconds, IDecider decider, bool loggingEnabled = true)
    {
        (MaxNumberOfRetries, WithinTimeRangeMilliseconds) = (maxNrOfRetries, withinTimeMilliseconds);
        (Decider, LoggingEnabled) = (decider, loggingEnabled);
    }

    public OneForOneStrategy(Func<Exception, Directive> localOnlyDecider) : this(-1, -1, localOnlyDecider)
    {
    }

    public OneForOneStrategy(IDecider decider) : this(-1, -1, decider)
    {
    }

    public int MaxNumberOfRetries { get; }

    public int WithinTimeRangeMilliseconds { get; }

    public override IDecider Decider { get; }

    public OneForOneStrategy WithMaxNrOfRetries(int maxNrOfRetries) =>
        new(maxNrOfRetries, WithinTimeRangeMilliseconds, Decider, LoggingEnabled);

    private protected override bool MayRestart(ChildStats child) =>
        child.RequestRestart(MaxNumberOfRetries, TimeSpan.FromMilliseconds(WithinTimeRangeMilliseconds));
}
