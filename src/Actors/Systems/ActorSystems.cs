namespace StyleFarm.Actors;

/// <summary>Makes the farm's actor systems; the same call on either runtime.</summary>
public static class ActorSystems
{
    /// <param name="name">Letters, digits, - and _.</param>
    /// <param name="time">The clock of all timers; Akka.NET keeps its own.</param>
    public static ActorSystem Create(string name, TimeProvider time) => ActorSystem.Create(name, new ActorSystemOptions { Time = time });
}
