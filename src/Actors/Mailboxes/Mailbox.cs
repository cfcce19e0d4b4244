namespace StyleFarm.Actors;

/// <summary>
/// The two queues of a cell and its turns: messages of the kernel first, then those of users while the cell is not suspended. At most one
/// thread is inside at a time.
/// </summary>
internal sealed class Mailbox(ActorCell cell, Dispatcher dispatcher, int capacity) : IThreadPoolWorkItem
{
    readonly bool _single = dispatcher.IsSingleThreaded;
    readonly SystemQueue _system = new();
    int _scheduled;
    // Only the cell's own turn writes it; senders read it to spare the suspended cell turns for nothing.
    volatile int _suspensions;

    public MessageQueue Messages { get; } = new(capacity, dispatcher.IsSingleThreaded ? null : new Lock());

    public ActorCell Cell => cell;

    public bool IsSuspended => _suspensions > 0;

    public bool IsClosed { get; private set; }

    bool HasWork => !_system.IsEmpty || (Messages.Count > 0 && _suspensions == 0);

    /// <summary>Takes a message of a user, or says in the dead letters why not.</summary>
    /// <param name="envelope">The message and its sender.</param>
    /// <param name="force">Over the limit too, as orders to end always are: for what the kernel owes the actor.</param>
    public void Post(in Envelope envelope, bool force = false)
    {
        if (dispatcher.IsForeign)
        {
            Inject(envelope, force);
            return;
        }
        switch (Messages.Add(envelope, force || envelope.Message is PoisonPill or Kill))
        {
            case Offer.Full:
                var reason = $"mailbox is full ({Messages.Capacity} messages)";
                cell.System.DeadLetterRef.Drop(envelope.Message, reason, envelope.Sender, cell.Self);
                return;
            case Offer.Closed:
                cell.System.DeadLetterRef.Publish(envelope.Message, envelope.Sender, cell.Self);
                return;
        }
        // The suspension must be read after the message is in: a resuming cell clears it first and then looks for messages.
        if (!_single) Interlocked.MemoryBarrier();
        if (_suspensions == 0) ScheduleIfIdle();
    }

    public void PostSystem(SystemMessage message)
    {
        if (dispatcher.IsForeign) Inject(message);
        else if (_system.TryAdd(message)) ScheduleIfIdle();
        else DeadLetterRef.AnswerForTheDead(message);
    }

    public void Suspend() => _suspensions++;

    public void Resume()
    {
        if (_suspensions > 0) _suspensions--;
    }

    /// <summary>
    /// Ends it: what waits goes to the dead letters, and only then who asks for a death watch gets his answer. Who hears of the end so
    /// knows that what waited is there.
    /// </summary>
    public void Close()
    {
        IsClosed = true;
        Messages.Close();
        while (Messages.TryTake(out var envelope)) cell.System.DeadLetterRef.Publish(envelope.Message, envelope.Sender, cell.Self);
        var rest = _system.Close();
        while (rest is not null)
        {
            DeadLetterRef.AnswerForTheDead(rest);
            rest = rest.Next;
        }
    }

    public void Execute() => Run();

    /// <summary>A turn: up to the dispatcher's throughput of messages.</summary>
    public void Run()
    {
        var outer = ActorCell.Enter(cell);
        try
        {
            RunSystem();
            for (var left = dispatcher.Throughput; left > 0 && _suspensions == 0 && Messages.TryTake(out var envelope); left--)
            {
                cell.Invoke(envelope);
                RunSystem();
            }
        }
        finally
        {
            ActorCell.Leave(outer);
            Rest();
        }
    }

    // Methods of their own, so that the usual way allocates nothing for what these capture.
    void Inject(Envelope envelope, bool force) => dispatcher.Inject(() => Post(envelope, force));

    void Inject(SystemMessage message) => dispatcher.Inject(() => PostSystem(message));

    void RunSystem()
    {
        while (!IsClosed && _system.TakeAll() is { } message)
        {
            for (var next = message; next is not null;)
            {
                (message, next) = (next, next.Next);
                message.Next = null;
                // A cell that ended in the middle of the list still answers for the rest.
                if (IsClosed) DeadLetterRef.AnswerForTheDead(message);
                else cell.InvokeSystem(message);
            }
        }
    }

    void Rest()
    {
        if (_single) _scheduled = 0;
        else Interlocked.Exchange(ref _scheduled, 0);
        if (!IsClosed && HasWork) ScheduleIfIdle();
    }

    void ScheduleIfIdle()
    {
        if (_single)
        {
            if (_scheduled != 0) return;
            _scheduled = 1;
        }
        else if (Interlocked.CompareExchange(ref _scheduled, 1, 0) != 0) return;
        dispatcher.Schedule(this);
    }
}
