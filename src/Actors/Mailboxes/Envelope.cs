namespace StyleFarm.Actors;

/// <summary>A message on its way, with whom to answer.</summary>
public readonly struct Envelope(object message, IActorRef? sender) : IEquatable<Envelope>
{
    public object Message => message;

    public IActorRef? Sender => sender;

    public bool Equals(Envelope other) => Equals(message, other.Message) && Equals(sender, other.Sender);

    public override bool Equals(object? obj) => obj is Envelope other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(message, sender);

    public override string ToString() => $"<{message}> from {(sender is null ? "NoSender" : sender.ToString())}";

    public static bool operator ==(Envelope left, Envelope right) => left.Equals(right);

    public static bool operator !=(Envelope left, Envelope right) => !left.Equals(right);
}
