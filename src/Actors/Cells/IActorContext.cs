namespace StyleFarm.Actors;

/// <summary>Something that makes actors: a system or an actor's context.</summary>
public interface IActorRefFactory
{
    /// <summary>Makes an actor; its constructor runs in its own first turn.</summary>
    /// <param name="props">What to make.</param>
    /// <param name="name">Unique among siblings; null for one that is made up.</param>
    /// <exception cref="InvalidActorNameException">The name is taken or not allowed.</exception>
    /// <exception cref="InvalidOperationException">The parent is stopping.</exception>
    IActorRef ActorOf(Props props, string? name = null);
}

/// <summary>Death watch.</summary>
public interface ICanWatch
{
    /// <summary>
    /// Asks for one <see cref="Terminated"/> when the subject is gone, at once if it is. A watch that stands already stays as it is.
    /// </summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>As <see cref="Watch"/>, with a message of the caller's in place of <see cref="Terminated"/>.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Ends the watch; a <see cref="Terminated"/> that waits in the mailbox is not delivered any more.</summary>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>What an actor sees of its own cell; valid only inside its turns.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    IActorRef Self { get; }

    Props Props { get; }

    /// <summary>Who sent the present message; the dead letters if nobody.</summary>
    IActorRef Sender { get; }

    ActorSystem System { get; }

    IActorRef Parent { get; }

    /// <summary>How long without a message until <see cref="Actors.ReceiveTimeout"/>; null for never.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>Replaces the present behaviour.</summary>
    void Become(Receive receive);

    /// <summary>Puts a behaviour on top of the present one.</summary>
    void BecomeStacked(Receive receive);

    /// <summary>Goes back to the behaviour below; the lowest stays.</summary>
    void UnbecomeStacked();

    /// <summary>The child of that name, or <see cref="Nobody"/>.</summary>
    IActorRef Child(string name);

    IEnumerable<IActorRef> GetChildren();

    /// <summary>Stops an actor, mostly a child or oneself, after its present message; those that wait become dead letters.</summary>
    void Stop(IActorRef child);

    /// <summary>Sends <see cref="Actors.ReceiveTimeout"/> to the actor whenever that long nothing came; null ends it.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);
}

/// <summary>The type as a type argument.</summary>
public static class ActorRefFactoryExtensions
{
    public static IActorRef ActorOf<TActor>(this IActorRefFactory factory, string? name = null) where TActor : ActorBase, new() =>
        factory.ActorOf(Props.Create<TActor>(), name);
}

/// <summary>A behaviour: whether it handled the message.</summary>
public delegate bool Receive(object message);

/// <summary>A behaviour that handles every message.</summary>
public delegate void UntypedReceive(object message);
