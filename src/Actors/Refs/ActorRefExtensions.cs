namespace StyleFarm.Actors;

/// <summary>What every reference can do.</summary>
public static class ActorRefExtensions
{
    /// <summary>Sends with the actor whose turn it is as the sender, or with none outside of a turn.</summary>
    public static void Tell(this IActorRef receiver, object message) => receiver.Tell(message, ActorCell.Current?.Self);

    /// <summary>Passes the message on with its original sender. Only inside a turn.</summary>
    /// <exception cref="InvalidOperationException">There is no turn whose sender could be kept.</exception>
    public static void Forward(this IActorRef receiver, object message)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("Forward must be called from an actor's turn");
        receiver.Tell(message, cell.Sender);
    }

    /// <summary>Whether the reference is null or <see cref="Nobody"/>.</summary>
    public static bool IsNobody(this IActorRef? actorRef) => actorRef is null or Nobody;
}
