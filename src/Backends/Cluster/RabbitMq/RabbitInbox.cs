namespace StyleFarm.Backends.Cluster;

/// <summary>Something that is to be listened to, whatever becomes of the connection.</summary>
/// <param name="queue">Where.</param>
/// <param name="rank">Of several listeners on a shared queue the one of the highest rank gets the messages.</param>
/// <param name="post">Takes what comes, and whether it can be spared; returns at once.</param>
sealed class RabbitInbox(RabbitQueue queue, long rank, Action<byte[], bool> post)
{
    readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RabbitQueue Queue => queue;

    public long Rank => rank;

    /// <summary>Ends when it is listened to for the first time.</summary>
    public Task Opened => _opened.Task;

    /// <summary>How often in a row the broker could not open the queue or did not deliver from it.</summary>
    public int Failures { get; set; }

    public void Open() => _opened.TrySetResult();

    public void Post(byte[] body, bool canBeSpared) => post(body, canBeSpared);
}
