using System.Collections.Concurrent;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>
/// When messages left one side of a fabric, or came in at the other, by sender, receiver and kind. A fabric keeps the order of what two
/// addresses tell each other, so the first that left is the first that came, and two logs of one machine's clock give how long each took.
/// </summary>
sealed class FlightLog
{
    readonly ConcurrentDictionary<string, List<long>> _times = new(StringComparer.Ordinal);

    /// <summary>Notes one message.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver.</param>
    /// <param name="kind">What kind of message.</param>
    /// <param name="at">A timestamp of the machine's clock.</param>
    public void Note(string from, string to, string kind, long at)
    {
        var times = _times.GetOrAdd($"{from} {to} {kind}", _ => []);
        lock (times) times.Add(at);
    }

    /// <summary>
    /// How long messages took that left here and came in there, in timestamps; not in order. Those still on their way are left out.
    /// </summary>
    /// <param name="arrivals">The other side's log.</param>
    /// <param name="since">Those that left before are left out.</param>
    public List<long> TimesTo(FlightLog arrivals, long since)
    {
        var took = new List<long>();
        foreach (var (key, left) in _times)
            if (arrivals._times.TryGetValue(key, out var came))
                took.AddRange(left.Zip(came).Where(flight => flight.First >= since).Select(flight => flight.Second - flight.First));
        return took;
    }

    /// <summary>Writes it for another process.</summary>
    public void Save(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(_times.Count);
        foreach (var (key, times) in _times)
        {
            writer.Write(key);
            writer.Write(times.Count);
            foreach (var time in times) writer.Write(time);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static FlightLog Load(string path)
    {
        var log = new FlightLog();
        using var reader = new BinaryReader(File.OpenRead(path));
        for (var keys = reader.ReadInt32(); keys > 0; keys--)
        {
            var key = reader.ReadString();
            var times = new List<long>();
            for (var count = reader.ReadInt32(); count > 0; count--) times.Add(reader.ReadInt64());
            log._times[key] = times;
        }

        return log;
    }
}
