namespace StyleFarm.Actors;

/// <summary>Makes the farm's actor systems; the same call on either runtime.</summary>
public static class ActorSystems
{
    /// <param name="name">Letters, digits, - and _.</param>
    /// <param name="time">The clock of all timers; on Akka.NET, asking and waiting for a graceful stop keep the machine's.</param>
    /// <param name="log">Takes the log, from one thread at a time; null for none.</param>
    public static ActorSystem Create(string name, TimeProvider time, Action<LogEvent>? log = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        var system = ActorSystem.Create(name, new ActorSystemOptions { Time = time });
        LogSink.Attach(system, system.SystemGuardian, log);
        return system;
    }
}
