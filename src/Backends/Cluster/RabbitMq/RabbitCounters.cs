using StyleFarm.Backends.Telemetry;

namespace StyleFarm.Backends.Cluster;

/// <summary>What a <see cref="RabbitFabric"/> has done since it was made.</summary>
/// <param name="Sent">Messages handed to the broker, those sent again after a loss of the connection included.</param>
/// <param name="Confirmed">Messages that the broker has confirmed.</param>
/// <param name="Returned">Messages that came back: nobody listened there.</param>
/// <param name="Dropped">Messages that were lost here: by overflow, age, size, a broker that refused them or did not answer.</param>
/// <param name="Received">Messages that came in.</param>
/// <param name="DeadLetters">Messages that came in and could not be understood.</param>
/// <param name="DroppedReports">Loss reports that made room for newer ones.</param>
/// <param name="Reconnects">How often the connection was made again.</param>
public readonly record struct RabbitCounters(
    long Sent, long Confirmed, long Returned, long Dropped, long Received, long DeadLetters, long DroppedReports, long Reconnects);

/// <summary>Counts for many threads at once.</summary>
sealed class RabbitTally
{
    long _sent;
    long _confirmed;
    long _returned;
    long _dropped;
    long _received;
    long _deadLetters;
    long _reconnects;

    public void Sent() => Count(ref _sent, "published");

    public void Confirmed() => Count(ref _confirmed, "confirmed");

    public void Returned() => Count(ref _returned, "returned");

    public void Received() => Count(ref _received, "received");

    public void DeadLetter() => Count(ref _deadLetters, "dead");

    public void Dropped(long count = 1)
    {
        Interlocked.Add(ref _dropped, count);
        if (count > 0) BackendInstruments.Message("dropped", count);
    }

    public void Reconnected()
    {
        Interlocked.Increment(ref _reconnects);
        BackendInstruments.Reconnected();
    }

    public RabbitCounters Read(long overflowed, long droppedReports) => new(
        Interlocked.Read(ref _sent), Interlocked.Read(ref _confirmed), Interlocked.Read(ref _returned),
        Interlocked.Read(ref _dropped) + overflowed, Interlocked.Read(ref _received), Interlocked.Read(ref _deadLetters),
        droppedReports, Interlocked.Read(ref _reconnects));

    static void Count(ref long count, string happened)
    {
        Interlocked.Increment(ref count);
        BackendInstruments.Message(happened);
    }
}
