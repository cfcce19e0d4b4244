using StyleFarm.Coordinator.Actors;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>Makes the actor system of one process of the farm, on either actor runtime.</summary>
static class FarmSystem
{
    /// <param name="name">Letters, digits, - and _.</param>
    /// <param name="clock">The clock of all timers.</param>
    /// <param name="warn">Told of actors that failed; the farm goes on. From one thread at a time.</param>
    public static ActorSystem Create(string name, TimeProvider clock, Action<string> warn) => ActorSystems.Create(name, clock, said =>
    {
        // A coordinator whose journal is away has said so already.
        if (said is Error { Cause: not CoordinatorFailedException } error) warn($"actor {error.LogSource}: {error.Message}");
    });
}
