using StyleFarm.GpuNode.Telemetry;

namespace StyleFarm.GpuNode.Uploads;

/// <summary>
/// What one shard has for the store, in order. Never waits: of checkpoint sets that nobody has taken up only the newest
/// <see cref="MaxSets"/> stay; the rest is one entry a cell. For one taker; anyone may add.
/// </summary>
sealed class UploadQueue
{
    /// <summary>Checkpoint sets that wait, at most.</summary>
    public const int MaxSets = 2;

    readonly Lock _lock = new();
    readonly LinkedList<UploadItem> _items = new();
    readonly List<CheckpointSet> _dropped = [];
    TaskCompletionSource _changed = NewSignal();
    bool _isClosed;
    bool _hasEnded;

    /// <summary>Adds an item behind all others; a set that has become too old is dropped for it.</summary>
    public void Add(UploadItem item)
    {
        lock (_lock)
        {
            if (_isClosed) throw new InvalidOperationException("the queue is closed");
            if (_hasEnded) return;
            _items.AddLast(item);
            NodeInstruments.UploadsWait(1);
            var waiting = _items.OfType<CheckpointSet>().Where(set => !set.IsTaken).ToList();
            if (waiting.Count > MaxSets) Drop(waiting[0]);
        }

        Signal();
    }

    /// <summary>Sets that were dropped since this was last asked; what they have on the local disk is to be removed.</summary>
    public IReadOnlyList<CheckpointSet> TakeDropped()
    {
        lock (_lock)
        {
            CheckpointSet[] dropped = [.. _dropped];
            _dropped.Clear();
            return dropped;
        }
    }

    /// <summary>Nothing more is added.</summary>
    public void Close()
    {
        lock (_lock) _isClosed = true;
        Signal();
    }

    /// <summary>
    /// The first item, which stays until <see cref="Remove"/>; a set is taken up. Null when all is done and nothing more comes.
    /// </summary>
    public async Task<UploadItem?> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_items.First is { } first)
                {
                    if (first.Value is CheckpointSet set) set.IsTaken = true;
                    return first.Value;
                }

                if (_isClosed) return null;
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>The item is done with.</summary>
    public void Remove(UploadItem item)
    {
        lock (_lock) Leave(item);
    }

    /// <summary>Gives a set of which nothing was stored yet back, so that newer ones may take its place, as they may have by now.</summary>
    public void GiveBack(CheckpointSet set)
    {
        lock (_lock)
        {
            set.IsTaken = false;
            if (_items.OfType<CheckpointSet>().Count() > MaxSets) Drop(set);
        }
    }

    /// <summary>What waits, the item that was taken included.</summary>
    public IReadOnlyList<UploadItem> Waiting()
    {
        lock (_lock) return [.. _items];
    }

    /// <summary>Nobody takes anything any more: gives what waits, and forgets it and whatever is added yet.</summary>
    public IReadOnlyList<UploadItem> End()
    {
        lock (_lock)
        {
            UploadItem[] left = [.. _items];
            _items.Clear();
            _hasEnded = true;
            NodeInstruments.UploadsWait(-left.Length);
            return left;
        }
    }

    /// <summary>Completes when something is added or the queue is closed.</summary>
    public Task NextChange()
    {
        lock (_lock) return _changed.Task;
    }

    void Drop(CheckpointSet set)
    {
        Leave(set);
        _dropped.Add(set);
        foreach (var checkpoint in set.Checkpoints) checkpoint.Abandon();
    }

    void Leave(UploadItem item)
    {
        if (_items.Remove(item)) NodeInstruments.UploadsWait(-1);
    }

    void Signal()
    {
        TaskCompletionSource changed;
        lock (_lock) (changed, _changed) = (_changed, NewSignal());
        changed.SetResult();
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
