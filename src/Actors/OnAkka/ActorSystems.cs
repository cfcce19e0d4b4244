namespace StyleFarm.Actors;

/// <summary>Makes the farm's actor systems on Akka.NET, with the mailboxes that this repository's kernel has by name.</summary>
static class ActorSystems
{
    public static ActorSystem Create(string name, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var mailboxes = Enumerable.Range(0, 21).Select(power => $$"""
            bounded-{{1 << power}} {
              mailbox-type = "Akka.Dispatch.BoundedDequeBasedMailbox, Akka"
              mailbox-capacity = {{1 << power}}
              mailbox-push-timeout-time = 0s
            }
            """);
        return ActorSystem.Create(name, ConfigurationFactory.ParseString(string.Join('\n', mailboxes)));
    }
}
