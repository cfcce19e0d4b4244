namespace StyleFarm.Actors.Tests;

/// <summary>An actor whose behaviour is written where it is used.</summary>
sealed class Tell : ReceiveActor
{
    public Tell(Action<IActorContext, object> act) => ReceiveAny(message => act(Context, message));
}

/// <summary>The same, asynchronously.</summary>
sealed class TellAsync : ReceiveActor
{
    public TellAsync(Func<object, Task> act) => ReceiveAnyAsync(act);
}
