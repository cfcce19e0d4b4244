namespace StyleFarm.Actors;

/// <summary>
/// The address of an actor: here, in another process, or of something that only looks like an actor. Safe to share between threads.
/// </summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    /// <summary>Where it lives in the tree of its system.</summary>
    ActorPath Path { get; }
}
