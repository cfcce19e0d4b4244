namespace StyleFarm.Actors;

/// <summary>A watched actor is gone. An actor that does not handle it fails with <see cref="DeathPactException"/>.</summary>
public sealed class Terminated(IActorRef actorRef, bool existenceConfirmed, bool addressTerminated)
    : IAutoReceivedMessage, IPossiblyHarmful, IDeadLetterSuppression, IEquatable<Terminated>
{
    public IActorRef ActorRef => actorRef;

    public bool ExistenceConfirmed => existenceConfirmed;

    public bool AddressTerminated => addressTerminated;

    public bool Equals(Terminated? other) => other is not null && actorRef.Equals(other.ActorRef)
        && existenceConfirmed == other.ExistenceConfirmed && addressTerminated == other.AddressTerminated;

    public override bool Equals(object? obj) => Equals(obj as Terminated);

    public override int GetHashCode() => actorRef.GetHashCode();

    public override string ToString() => $"<Terminated>: {actorRef} - ExistenceConfirmed={existenceConfirmed}";
}
