using System.Collections.Concurrent;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Messages that came back and are sent again for a moment: who has lost its connection is not gone, and after a restart of the broker
/// nobody is there at once. Taken from the connection's reader, sent by the session's owner.
/// </summary>
/// <param name="parts">What all share.</param>
/// <param name="isAgain">Whether the session follows on one that was lost.</param>
sealed class RabbitRetries(RabbitParts parts, bool isAgain)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly ConcurrentQueue<RabbitParcel> _kept = new();
    readonly long _began = parts.Now;
    long _sentAt = parts.Now;
    volatile bool _isStopped;

    /// <summary>Keeps a message that is not older than the grace; false when it must not be tried again.</summary>
    public bool TryKeep(RabbitParcel parcel, TimeSpan grace)
    {
        var isYoung = parts.Since(parcel.At) < grace || isAgain && parts.Since(_began) < parts.Options.RestartGrace;
        if (!isYoung || _isStopped || _kept.Count >= RabbitFabric.QueueLimit) return false;
        _kept.Enqueue(parcel);
        return true;
    }

    /// <summary>Gives what was kept to be sent, every 250 ms.</summary>
    public void Send()
    {
        if (!_kept.IsEmpty && parts.Since(_sentAt) > Pause) Close();
    }

    /// <summary>From now on nothing is kept.</summary>
    public void Stop() => _isStopped = true;

    /// <summary>Gives all that was kept to be sent.</summary>
    public void Close()
    {
        _sentAt = parts.Now;
        for (var left = _kept.Count; left > 0 && _kept.TryDequeue(out var parcel); left--) parts.Messages.PutBack([parcel]);
    }
}
