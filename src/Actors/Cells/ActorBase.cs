namespace StyleFarm.Actors;

/// <summary>
/// One incarnation of an actor: its state, seen by one message at a time. Made by the kernel from <see cref="Props"/>; a restart puts a new
/// one in its place.
/// </summary>
public abstract class ActorBase
{
    readonly ActorCell _cell;

    /// <exception cref="ActorInitializationException">Not made by the kernel.</exception>
    protected ActorBase()
    {
        _cell = ActorCell.Current ?? throw new ActorInitializationException(
            "Do not create actors using 'new', always create them using an ActorContext/System");
        _cell.Adopt(this, Behavior());
    }

    /// <summary>The cell around this actor.</summary>
    /// <exception cref="NotSupportedException">Outside of a turn: another thread, or behind an await that left the actor.</exception>
    protected static IActorContext Context => ActorCell.Current ?? throw new NotSupportedException(
        "There is no active ActorContext, this is most likely due to use of async operations from within this actor.");

    protected IActorRef Self => Context.Self;

    protected IActorRef Sender => Context.Sender;

    /// <summary>Takes a message.</summary>
    /// <returns>Whether it was one that this actor knows.</returns>
    protected abstract bool Receive(object message);

    /// <summary>
    /// Before the first message of the first incarnation; of later ones too unless <see cref="PostRestart"/> is replaced.
    /// </summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>After the last message; of incarnations that failed too unless <see cref="PreRestart"/> is replaced.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>Before the failed incarnation is thrown away; stops the children and calls <see cref="PostStop"/>.</summary>
    protected virtual void PreRestart(Exception reason, object? message)
    {
        foreach (var child in Context.GetChildren())
        {
            Context.Unwatch(child);
            Context.Stop(child);
        }
        PostStop();
    }

    /// <summary>In the new incarnation after a failure; calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>What this actor decides about children that fail.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actors.SupervisorStrategy.DefaultStrategy;

    /// <summary>A message that nobody handled: published, or fatal if it is news of a death.</summary>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated) throw new DeathPactException(terminated.ActorRef);
        _cell.System.EventStream.Publish(new UnhandledMessage(message, Sender, Self));
    }

    /// <summary>Replaces the present behaviour.</summary>
    protected void Become(Receive receive) => Context.Become(receive);

    /// <summary>Puts a behaviour on top.</summary>
    protected void BecomeStacked(Receive receive) => Context.BecomeStacked(receive);

    /// <summary>Goes back to the behaviour below.</summary>
    protected void UnbecomeStacked() => Context.UnbecomeStacked();

    /// <summary>See <see cref="IActorContext.SetReceiveTimeout"/>.</summary>
    protected void SetReceiveTimeout(TimeSpan? timeout) => Context.SetReceiveTimeout(timeout);

    internal virtual Receive Behavior() => message =>
    {
        var handled = Receive(message);
        if (!handled) Unhandled(message);
        return handled;
    };

    /// <summary>The constructor is through.</summary>
    internal virtual void Seal()
    {
    }

    internal SupervisorStrategy Strategy() => SupervisorStrategy();

    internal void BeginLife() => PreStart();

    internal void ContinueLife(Exception cause) => PostRestart(cause);

    internal void EndIncarnation(Exception cause, object? message)
    {
        try
        {
            PreRestart(cause, message);
        }
        finally
        {
            Unstash();
        }
    }

    internal void EndLife()
    {
        try
        {
            PostStop();
        }
        finally
        {
            Unstash();
        }
    }

    // What an incarnation put aside belongs to the actor: the next one gets it, or the dead letters do.
    void Unstash() => (this as IWithStash)?.Stash?.UnstashAll();
}
