namespace StyleFarm.Actors;

/// <summary>Nothing came for as long as <see cref="IActorContext.SetReceiveTimeout"/> said.</summary>
public sealed class ReceiveTimeout : IPossiblyHarmful
{
    public static ReceiveTimeout Instance { get; } = new();

    ReceiveTimeout()
    {
    }

    public override string ToString() => "<ReceiveTimeout>";
}
