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

    public void Sent()
    {
        Interlocked.Increment(ref _sent);
        BackendInstruments.Message("published");
    }

    public void Confirmed()
    {
        Interlocked.Increment(ref _confirmed);
        BackendInstruments.Message("confirmed");
    }

    public void Returned()
    {
        Interlocked.Increment(ref _returned);
        BackendInstruments.Message("returned");
    }

    public void Dropped(long count = 1)
    {
        Interlocked.Add(ref _dropped, count);
        if (count > 0) BackendInstruments.Message("dropped", count);
    }

    public void Received()
    {
        Interlocked.Increment(ref _received);
        BackendInstruments.Message("received");
    }

    public void DeadLetter()
    {
        Interlocked.Increment(ref _deadLetters);
        BackendInstruments.Message("dead");
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
}
