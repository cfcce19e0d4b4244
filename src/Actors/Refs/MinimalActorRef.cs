namespace StyleFarm.Actors;

/// <summary>
/// Base of references that are no actor: a stub for something outside, a bridge to a queue. It has no life that could be watched;
/// where watchers matter, let an actor stand for the peer and stop it when the peer is lost.
/// </summary>
public abstract class MinimalActorRef : ActorRefBase, ISystemRef
{
    protected override void TellInternal(object message, IActorRef? sender)
    {
    }

    internal virtual void SendSystem(SystemMessage message)
    {
    }

    void ISystemRef.SendSystem(SystemMessage message) => SendSystem(message);
}
