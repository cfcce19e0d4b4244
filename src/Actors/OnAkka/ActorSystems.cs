namespace StyleFarm.Actors;

/// <summary>Makes the farm's actor systems on Akka.NET, with the mailboxes that this repository's kernel has by name.</summary>
static class ActorSystems
{
    const string Quiet = """
        akka.loglevel = DEBUG
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.log-dead-letters = off
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """;

    public static ActorSystem Create(string name, TimeProvider time, Action<LogEvent>? log = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        var clock = $"akka.scheduler.implementation = \"{ClockScheduler.Name}\"";
        var configuration = ConfigurationFactory.ParseString(string.Join('\n', [Quiet, clock, .. Enumerable.Range(0, 21).Select(Mailbox)]));
        var system = ClockScheduler.On(time, () => ActorSystem.Create(name, configuration));
        LogSink.Attach(system, system, log);
        return system;
    }

    static string Mailbox(int power) => $$"""
        bounded-{{1 << power}} {
          mailbox-type = "Akka.Dispatch.BoundedDequeBasedMailbox, Akka"
          mailbox-capacity = {{1 << power}}
          mailbox-push-timeout-time = 0s
        }
        """;
}
