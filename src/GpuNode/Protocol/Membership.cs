using StyleFarm.Messages.Wire;

namespace StyleFarm.GpuNode.Protocol;

/// <summary>Where the node stands with the coordinator: its epoch, whether it was welcomed, and when it was last heard.</summary>
sealed class Membership(NodeOptions options)
{
    TimeSpan? _lastHeard;
    TimeSpan _lease;
    int _hellos;

    /// <summary>The highest coordinator's epoch that was seen; 0 before the first.</summary>
    public long Epoch { get; private set; }

    /// <summary>Whether the coordinator of this epoch knows the node.</summary>
    public bool IsWelcome { get; private set; }

    /// <summary>Whether the coordinator was silent for so long that leases have run out.</summary>
    public bool IsFenced { get; private set; }

    /// <summary>How often the heart beats; null before the first welcome.</summary>
    public TimeSpan? Beat { get; private set; }

    /// <summary>Whether a coordinator of this epoch is to be listened to. A higher one than before has to welcome the node first.</summary>
    public bool Accepts(long epoch)
    {
        if (epoch < Epoch) return false;
        if (epoch > Epoch) IsWelcome = false;
        Epoch = epoch;
        return true;
    }

    public void Welcomed(NodeWelcome welcome, TimeSpan now)
    {
        (IsWelcome, _hellos) = (true, 0);
        Beat = TimeSpan.FromMilliseconds(Math.Max(1, welcome.HeartbeatMilliseconds));
        _lease = TimeSpan.FromMilliseconds(Math.Max(welcome.HeartbeatMilliseconds, welcome.LeaseMilliseconds));
        Heard(now);
    }

    public void Heard(TimeSpan now) => (_lastHeard, IsFenced) = (now, false);

    /// <summary>The coordinator does not know the node (any more).</summary>
    public void Forgotten() => IsWelcome = false;

    /// <summary>Whether leases run out now: true once for each silence.</summary>
    public bool RunsOut(TimeSpan now)
    {
        if (IsFenced || _lastHeard is not { } heard || now - heard <= _lease) return false;
        (IsFenced, IsWelcome) = (true, false);
        return true;
    }

    /// <summary>Counts a hello and says when the next is due.</summary>
    public TimeSpan NextHello() => BackOff.After(options.HelloAfter, options.HelloAtMost, ++_hellos);
}
