namespace StyleFarm.Actors;

/// <summary>Who gives actors their turns.</summary>
internal abstract class Dispatcher
{
    /// <summary>How many messages an actor takes in a row at most.</summary>
    public abstract int Throughput { get; }

    /// <summary>Whether one thread does everything, so that locks and fences are waste.</summary>
    public abstract bool IsSingleThreaded { get; }

    /// <summary>Where continuations of plain tasks (pipes) run.</summary>
    public abstract TaskScheduler TaskScheduler { get; }

    /// <summary>What code outside of asynchronous turns awaits on; null for the thread pool.</summary>
    public abstract SynchronizationContext? Context { get; }

    /// <summary>How tasks are made that code outside of turns awaits.</summary>
    public virtual TaskCreationOptions TaskOptions => TaskCreationOptions.RunContinuationsAsynchronously;

    /// <summary>Is told each message of a user before its actor gets it.</summary>
    public Action<IActorRef, object, IActorRef?>? OnMessage { get; set; }

    /// <summary>The mailbox has work and wants a turn. Called once until <see cref="Mailbox.Run"/>.</summary>
    public abstract void Schedule(Mailbox mailbox);

    /// <summary>Completes such a task, so that what awaits it does not run inside of the turn that completes it.</summary>
    public virtual bool Settle(Func<bool> complete) => complete();

    /// <summary>Whether the caller is on a thread from which deliveries must take the detour of <see cref="Inject"/>.</summary>
    public virtual bool IsForeign => false;

    /// <summary>Runs the delivery on the dispatcher's own thread.</summary>
    public virtual void Inject(Action delivery) => delivery();
}

/// <summary>Turns on the thread pool.</summary>
internal sealed class ThreadPoolDispatcher(int throughput) : Dispatcher
{
    public override int Throughput => throughput;

    public override bool IsSingleThreaded => false;

    public override TaskScheduler TaskScheduler => TaskScheduler.Default;

    public override SynchronizationContext? Context => null;

    public override void Schedule(Mailbox mailbox) => ThreadPool.UnsafeQueueUserWorkItem(mailbox, preferLocal: false);
}
