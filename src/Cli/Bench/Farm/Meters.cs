namespace StyleFarm.Cli.Bench.Farm;

/// <summary>Measures how busy simulated devices are, from each one's first shard to its last, and the gaps between shards.</summary>
sealed class WorkMeter(int nodes, TimeProvider clock)
{
    readonly (long First, long Last, long Since, TimeSpan Busy)[] _nodes = new (long, long, long, TimeSpan)[nodes];
    readonly List<double> _gaps = [];

    /// <summary>A device begins or ends a shard.</summary>
    public void Note(int node, bool isBusy)
    {
        var now = clock.GetTimestamp();
        ref var mine = ref _nodes[node];
        if (isBusy)
        {
            if (mine.First == 0) mine.First = now;
            else lock (_gaps) _gaps.Add(clock.GetElapsedTime(mine.Last, now).TotalMilliseconds);
            mine.Since = now;
            return;
        }

        mine.Busy += clock.GetElapsedTime(mine.Since, now);
        mine.Last = now;
    }

    /// <summary>0 to 1, over all devices that had work.</summary>
    public double Utilisation()
    {
        var worked = _nodes.Where(node => node.First != 0).ToList();
        var span = worked.Sum(node => clock.GetElapsedTime(node.First, node.Last).TotalSeconds);
        return span == 0 ? 0 : worked.Sum(node => node.Busy.TotalSeconds) / span;
    }

    /// <summary>The gap between two shards that this share of all gaps does not exceed.</summary>
    public double GapMilliseconds(double share)
    {
        lock (_gaps)
        {
            _gaps.Sort();
            return _gaps.Count == 0 ? 0 : _gaps[(int)Math.Min(_gaps.Count - 1, share * _gaps.Count)];
        }
    }
}

/// <summary>Watches the memory of this process.</summary>
sealed class MemoryMeter : IDisposable
{
    readonly ITimer _timer;

    public MemoryMeter(TimeProvider clock) => _timer = clock.CreateTimer(_ => Look(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));

    /// <summary>The largest managed heap seen, garbage included.</summary>
    public long PeakManagedBytes { get; private set; }

    /// <summary>The largest resident set seen.</summary>
    public long PeakResidentBytes { get; private set; }

    public void Dispose() => _timer.Dispose();

    void Look()
    {
        PeakManagedBytes = Math.Max(PeakManagedBytes, GC.GetTotalMemory(forceFullCollection: false));
        PeakResidentBytes = Math.Max(PeakResidentBytes, Environment.WorkingSet);
    }
}
