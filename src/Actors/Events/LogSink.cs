namespace StyleFarm.Actors;

/// <summary>Hands the log of a system to a writer, one event after the other. Compiled on both runtimes.</summary>
sealed class LogSink : ReceiveActor
{
    public LogSink(Action<LogEvent> write) => Receive(write);

    /// <summary>Attaches a writer that gets all from now on.</summary>
    public static void Attach(ActorSystem system, IActorRefFactory parent, Action<LogEvent>? write)
    {
        if (write is not null)
            system.EventStream.Subscribe(parent.ActorOf(Props.Create(() => new LogSink(write)), "log"), typeof(LogEvent));
    }
}
