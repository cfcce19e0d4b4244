namespace StyleFarm.Actors;

/// <summary>Something that takes messages.</summary>
public interface ICanTell
{
    /// <summary>Sends <paramref name="message"/> and returns at once; delivery is at most once, in order per sender and receiver.</summary>
    /// <param name="message">Any object but null; immutable by convention.</param>
    /// <param name="sender">Who answers go to; null for nobody.</param>
    void Tell(object message, IActorRef? sender);
}
