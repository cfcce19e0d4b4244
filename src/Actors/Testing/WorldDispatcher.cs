namespace StyleFarm.Actors.Testing;

/// <summary>Gives the actors of one system their turns in a world.</summary>
internal sealed class WorldDispatcher : Dispatcher
{
    readonly WorldContext _context;
    readonly List<(IThreadPoolWorkItem Work, long Who)> _held = [];

    public WorldDispatcher(DeterministicWorld world, int number)
    {
        (World, Number) = (world, number);
        _context = new WorldContext(this);
        TaskScheduler = new WorldTaskScheduler(this);
    }

    public DeterministicWorld World { get; }

    /// <summary>Which system of its world this is.</summary>
    public int Number { get; }

    public bool IsCrashed { get; set; }

    public bool IsFrozen { get; set; }

    // Whatever is asynchronous by option goes to the thread pool, unless it has a context.
    public override TaskCreationOptions TaskOptions => TaskCreationOptions.None;

    public override int Throughput => 1;

    public override bool IsSingleThreaded => true;

    public override TaskScheduler TaskScheduler { get; }

    public override SynchronizationContext Context => _context;

    // What comes for a crashed system takes the detour that leads nowhere.
    public override bool IsForeign => World.IsForeign || IsCrashed;

    public override void Schedule(Mailbox mailbox) => World.Add(mailbox, this, mailbox.Cell.Self.Path.Uid);

    public override void Inject(Action delivery)
    {
        if (!IsCrashed) World.Inject(delivery);
    }

    /// <summary>Keeps a turn until the thaw.</summary>
    public void Hold(IThreadPoolWorkItem work, long who) => _held.Add((work, who));

    public void Thaw()
    {
        IsFrozen = false;
        foreach (var (work, who) in _held) World.Add(work, this, who);
        _held.Clear();
    }

    public override bool Settle(Func<bool> complete)
    {
        var (context, cell) = (SynchronizationContext.Current, ActorCell.Enter(null));
        // Without a context of its own, what completes here posts to the context of whoever awaits, and runs the rest in place.
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return complete();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
            ActorCell.Leave(cell);
        }
    }

    /// <summary>A piece of work that belongs to no actor gets a turn of its own.</summary>
    public void Post(Action work)
    {
        if (IsForeign) Inject(() => Post(work));
        else World.Add(new Job(work), this, 0);
    }

    sealed class Job(Action work) : IThreadPoolWorkItem
    {
        public void Execute() => work();
    }

    /// <summary>Where code awaits that a plain turn began.</summary>
    sealed class WorldContext(WorldDispatcher dispatcher) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => dispatcher.Post(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) =>
            throw new NotSupportedException("A world cannot be waited for from inside");

        public override SynchronizationContext CreateCopy() => this;
    }

    /// <summary>Where pipes end.</summary>
    sealed class WorldTaskScheduler(WorldDispatcher dispatcher) : TaskScheduler
    {
        public override int MaximumConcurrencyLevel => 1;

        protected override IEnumerable<Task> GetScheduledTasks() => [];

        protected override void QueueTask(Task task) => dispatcher.Post(() => TryExecuteTask(task));

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
            !taskWasPreviouslyQueued && !dispatcher.IsForeign && TryExecuteTask(task);
    }
}
