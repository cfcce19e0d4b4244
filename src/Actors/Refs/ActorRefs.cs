namespace StyleFarm.Actors;

/// <summary>References that stand for no actor.</summary>
public static class ActorRefs
{
    /// <summary>Answers to every lookup that found nobody.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;

    /// <summary>For a message that wants no answer.</summary>
    public static readonly IActorRef? NoSender;
}

/// <summary>The reference that is nobody: messages to it vanish.</summary>
public sealed class Nobody : MinimalActorRef
{
    public static readonly Nobody Instance = new();

    Nobody()
    {
    }

    public override ActorPath Path { get; } = ActorPath.Root("all-systems") / "Nobody";
}
