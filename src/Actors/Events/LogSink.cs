namespace StyleFarm.Actors;

/// <summary>Hands the log of a system to a writer, one event after the other. Compiled on both runtimes.</summary>
sealed class LogSink : ReceiveActor
{
    public LogSink(Action<LogEvent> write) => Receive(write);

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(LogEvent));
}
