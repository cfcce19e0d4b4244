namespace StyleFarm.Actors;

/// <summary>Stops the actor that receives it, after the messages before it.</summary>
public sealed class PoisonPill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public static readonly PoisonPill Instance = new();

    PoisonPill()
    {
    }

    public override string ToString() => "<PoisonPill>";
}

/// <summary>Makes the actor that receives it fail with <see cref="ActorKilledException"/>; its parent decides what follows.</summary>
public sealed class Kill : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression
{
    public static readonly Kill Instance = new();

    Kill()
    {
    }

    public override string ToString() => "<Kill>";
}
