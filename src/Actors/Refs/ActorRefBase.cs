namespace StyleFarm.Actors;

/// <summary>A reference with the equality of the whole family: same path, same incarnation.</summary>
public abstract class ActorRefBase : IActorRef
{
    public abstract ActorPath Path { get; }

    public void Tell(object message, IActorRef? sender)
    {
        if (message is null) throw new InvalidMessageException("Message is null");
        TellInternal(message, sender);
    }

    /// <summary>Takes the message; never blocks, never throws for a receiver that is gone.</summary>
    protected abstract void TellInternal(object message, IActorRef? sender);

    public bool Equals(IActorRef? other) =>
        ReferenceEquals(this, other) || (other is not null && Path.Uid == other.Path.Uid && Path.Equals(other.Path));

    public sealed override bool Equals(object? obj) => ReferenceEquals(this, obj) || (obj is IActorRef other && Equals(other));

    public override int GetHashCode() => HashCode.Combine(Path.Uid, Path.Name);

    public int CompareTo(IActorRef? other)
    {
        if (other is null) return 1;
        var byPath = Path.CompareTo(other.Path);
        return byPath != 0 ? byPath : Path.Uid.CompareTo(other.Path.Uid);
    }

    public int CompareTo(object? obj) => obj switch
    {
        null => 1,
        IActorRef other => CompareTo(other),
        _ => throw new ArgumentException($"Object must be of type IActorRef, found {obj.GetType()} instead.", nameof(obj)),
    };

    public override string ToString() => Path.Uid == ActorPath.UndefinedUid ? $"[{Path}]" : $"[{Path}#{Path.Uid}]";

    public static bool operator ==(ActorRefBase? left, ActorRefBase? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(ActorRefBase? left, ActorRefBase? right) => !(left == right);

    public static bool operator <(ActorRefBase left, ActorRefBase right) => left.CompareTo(right) < 0;

    public static bool operator >(ActorRefBase left, ActorRefBase right) => left.CompareTo(right) > 0;

    public static bool operator <=(ActorRefBase left, ActorRefBase right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ActorRefBase left, ActorRefBase right) => left.CompareTo(right) >= 0;
}
