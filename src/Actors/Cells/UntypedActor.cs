namespace StyleFarm.Actors;

/// <summary>An actor that takes every message in one method; call <see cref="ActorBase.Unhandled"/> for those it does not know.</summary>
public abstract class UntypedActor : ActorBase
{
    protected sealed override bool Receive(object message)
    {
        OnReceive(message);
        return true;
    }

    protected abstract void OnReceive(object message);

    /// <summary>Replaces the present behaviour.</summary>
    protected void Become(UntypedReceive receive) => Context.Become(Wrap(receive));

    /// <summary>Puts a behaviour on top.</summary>
    protected void BecomeStacked(UntypedReceive receive) => Context.BecomeStacked(Wrap(receive));

    /// <summary>Goes on asynchronously: no other message until the task is done. The last thing in a turn.</summary>
    protected static void RunTask(Func<Task> action)
    {
        var cell = ActorCell.Current ?? throw new InvalidOperationException("RunTask must be called from an actor context.");
        cell.RunAsync(static run => run(), action);
    }

    static Receive Wrap(UntypedReceive receive) => message =>
    {
        receive(message);
        return true;
    };
}
