namespace StyleFarm.Actors;

/// <summary>The top of the tree. Ends `/user`, then `/system`, then itself.</summary>
internal sealed class RootGuardian : ReceiveActor
{
    public static readonly object BeginShutdown = new();

    public RootGuardian()
    {
        Receive<Terminated>(terminated => Context.Stop(terminated.ActorRef.Path.Name == "user" ? Context.Child("system") : Self));
        Receive<object>(message => Context.Stop(Context.Child("user")), message => ReferenceEquals(message, BeginShutdown));
    }

    protected override void PreStart()
    {
        foreach (var child in Context.GetChildren()) Context.Watch(child);
    }

    // A failure that nobody below would decide ends the system.
    protected override SupervisorStrategy SupervisorStrategy() => Actors.SupervisorStrategy.StoppingStrategy;
}

/// <summary>The parent of actors that have no other; takes no messages.</summary>
internal sealed class Guardian : ReceiveActor;

/// <summary>Above the root there is nobody to decide.</summary>
internal sealed class RootSupervisor(ActorSystem system, ActorPath path) : MinimalActorRef
{
    public override ActorPath Path => path;

    internal override void SendSystem(SystemMessage message)
    {
        switch (message)
        {
            case Failed failed:
                failed.Child.SendSystem(new Terminate());
                break;
            case DeathNotice:
                system.OnRootStopped();
                break;
        }
    }
}
