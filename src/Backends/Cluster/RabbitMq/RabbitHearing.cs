using System.Text;
using System.Text.Json;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Backends.Cluster;

/// <summary>Hears loss reports for all hearers of one process, over one queue, which is there only while somebody hears.</summary>
sealed class RabbitHearing
{
    readonly Lock _gate = new();
    readonly List<DeliveryQueue<LossReport>> _hearers = [];
    readonly DeliveryQueue<byte[]> _lines;
    readonly RabbitParts _parts;
    RabbitInbox? _inbox;
    long _lost;

    public RabbitHearing(RabbitParts parts)
    {
        _parts = parts;
        _lines = new DeliveryQueue<byte[]>(
            RabbitFabric.ReportLimit, _ => true, Tell, error => parts.Note($"no loss report: {error.Message.Split('\n')[0]}"));
    }

    /// <summary>Reports that made room for newer ones.</summary>
    public long Lost
    {
        get
        {
            lock (_gate) return _lost + _lines.Lost + _hearers.Sum(hearer => hearer.Lost);
        }
    }

    /// <summary>Adds a hearer; the task ends when the broker sends what it is to hear.</summary>
    public (IDisposable Handle, Task Opened) Add(Action<LossReport> listener)
    {
        var hearer = new DeliveryQueue<LossReport>(
            RabbitFabric.ReportLimit, _ => true, listener, error => _parts.Note($"a hearer failed ({error.Message.Split('\n')[0]})"));
        lock (_gate)
        {
            _hearers.Add(hearer);
            if (_inbox is null)
            {
                var queue = _parts.Topology.HearingOf(Guid.CreateVersion7().ToString("N"));
                _inbox = new RabbitInbox(queue, rank: 0, (line, _) => _lines.Add(line));
                _parts.Inboxes.Add(_inbox);
                _parts.Bell.Ring();
            }

            return (new Subscription(() => Remove(hearer)), _inbox.Opened);
        }
    }

    /// <summary>Ends all delivery.</summary>
    public void Close()
    {
        _lines.Close();
        foreach (var hearer in Hearers()) Remove(hearer);
    }

    void Remove(DeliveryQueue<LossReport> hearer)
    {
        lock (_gate)
        {
            if (!_hearers.Remove(hearer)) return;
            _lost += hearer.Lost;
            if (_hearers.Count == 0 && _inbox is { } inbox)
            {
                _parts.Inboxes.Remove(inbox);
                _parts.Bell.Ring();
                _inbox = null;
            }
        }

        hearer.Close();
    }

    void Tell(byte[] line)
    {
        LossReport report;
        try
        {
            report = TelemetryJson.FromLine(Encoding.UTF8.GetString(line));
        }
        catch (JsonException error)
        {
            _parts.Tally.DeadLetter();
            _parts.Note($"no loss report: {error.Message.Split('\n')[0]}");
            return;
        }

        foreach (var hearer in Hearers()) hearer.Add(report);
    }

    DeliveryQueue<LossReport>[] Hearers()
    {
        lock (_gate) return [.. _hearers];
    }
}
