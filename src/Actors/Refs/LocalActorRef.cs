namespace StyleFarm.Actors;

/// <summary>The address of an actor of this process.</summary>
internal sealed class LocalActorRef(ActorCell cell, ActorPath path) : ActorRefBase, ISystemRef
{
    public override ActorPath Path => path;

    public ActorCell Cell => cell;

    public void SendSystem(SystemMessage message) => cell.Mailbox.PostSystem(message);

    protected override void TellInternal(object message, IActorRef? sender) => cell.Mailbox.Post(new Envelope(message, sender));

    // The number of the incarnation never repeats within a system.
    public override int GetHashCode() => path.Uid.GetHashCode();
}
