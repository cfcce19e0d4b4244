namespace StyleFarm.Actors;

/// <summary>Where messages for nobody go: each becomes an event of the stream.</summary>
internal sealed class DeadLetterRef(ActorPath path, EventStream events) : ActorRefBase, ISystemRef
{
    public override ActorPath Path => path;

    public void SendSystem(SystemMessage message) => AnswerForTheDead(message);

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is AllDeadLetters letter) events.Publish(letter);
        else Publish(message, sender, this);
    }

    public void Publish(object message, IActorRef? sender, IActorRef recipient)
    {
        if (message is ActorTimer || !events.HasSubscribers) return;
        if (message is IDeadLetterSuppression quiet) events.Publish(new SuppressedDeadLetter(quiet, sender ?? this, recipient));
        else events.Publish(new DeadLetter(message, sender ?? this, recipient));
    }

    public void Drop(object message, string reason, IActorRef? sender, IActorRef recipient)
    {
        if (events.HasSubscribers) events.Publish(new Dropped(message, reason, sender ?? this, recipient));
    }

    // Who watches the dead is told at once; nothing else that the dead were sent matters.
    public static void AnswerForTheDead(SystemMessage message)
    {
        if (message is Watch watch) watch.Watcher.SendSystem(new DeathNotice(watch.Watchee));
    }
}
