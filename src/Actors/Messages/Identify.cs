namespace StyleFarm.Actors;

/// <summary>Asks any actor for its reference; the answer is <see cref="ActorIdentity"/>.</summary>
public sealed class Identify(object messageId) : IAutoReceivedMessage, INotInfluenceReceiveTimeout
{
    public object MessageId => messageId;

    public override string ToString() => $"<Identify>: {messageId}";
}

/// <summary>The answer to <see cref="Identify"/>.</summary>
public sealed class ActorIdentity(object messageId, IActorRef subject)
{
    public object MessageId => messageId;

    public IActorRef Subject => subject;

    public override string ToString() => $"<ActorIdentity>: {subject} - MessageId={messageId}";
}
