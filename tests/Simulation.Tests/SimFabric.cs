using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>Carries messages badly: some are lost, some come twice, some late, none in order.</summary>
sealed class SimFabric(FarmSimulation farm)
{
    readonly Dictionary<string, List<Station>> _stations = [];

    /// <summary>How many claims each node said it held when it last spoke.</summary>
    public Dictionary<string, int> Held { get; } = [];

    public IFabric For(SimProcess process) => new Port(this, process);

    void Send(SimProcess process, string from, string to, WireMessage message)
    {
        if (!process.IsAlive) return;
        farm.Log?.Add($"{process}: to {to}: {Text(message)}");
        // A process that has only said hello so far has spoken, too; what the one before it held is nothing to it.
        if (message is Heartbeat beat) Held[beat.Node.ToString()] = beat.Held.Length;
        if (message is NodeHello hello) Held[hello.Node.ToString()] = hello.Held.Length;
        if (from == IFabric.Coordinator) farm.Ledger.Told(process, message);
        if (farm.Plan.IsWired) message = WireCodec.Decode(WireCodec.Encode(new WireEnvelope(from, to, message))).Message;
        if (farm.Versions is null) Carry(process, from, to, message);
        else foreach (var understood in farm.Versions.Carry(new WireEnvelope(from, to, message))) Carry(process, from, to, understood);
    }

    void Carry(SimProcess process, string from, string to, WireMessage message)
    {
        if (IsCut(from, to) || farm.Weather.LosesMessage) return;
        for (var copies = farm.Weather.DoublesMessage ? farm.Chance.Next(2, 3) : 1; copies > 0; copies--)
            farm.After(farm.Weather.MessageDelay, () => Deliver(process, from, to, message));
    }

    void Deliver(SimProcess sender, string from, string to, WireMessage message)
    {
        if (IsCut(from, to)) return;
        var stations = _stations.GetValueOrDefault(to) ?? [];
        stations.RemoveAll(station => !station.Process.IsAlive && farm.Chance.Once(0.1));
        // Two coordinators may listen for a moment: mostly the younger one is heard.
        var station = stations.Count == 0 ? null : farm.Chance.Once(0.8) ? stations[^1] : farm.Chance.Pick(stations);
        if (station is not null) station.Process.Run(() => station.Listener.Delivered(from, message));
        else if (farm.Chance.Once(0.5) && _stations.GetValueOrDefault(from)?.Find(back => back.Process == sender) is { } back)
            sender.Run(() => back.Listener.Returned(to, message));
    }

    bool IsCut(string from, string to) => farm.Weather.CutOff.Count > 0 && (farm.Weather.CutOff.Contains(from) || farm.Weather.CutOff.Contains(to));

    static string Text(WireMessage message) => message switch
    {
        AssignShard assign => $"AssignShard {assign.Lease} {string.Join(' ', assign.Cells.Select(cell => $"{cell.Cell.Id.ToString()[..6]}#{cell.Attempt}@{cell.StopAt}"))}",
        HeartbeatReply reply => $"HeartbeatReply lost [{string.Join(' ', reply.Lost)}] unknown {reply.IsUnknown}",
        Heartbeat beat => $"Heartbeat {beat.Incarnation} held [{string.Join(' ', beat.Held)}]",
        NodeHello hello => $"NodeHello {hello.Incarnation} held [{string.Join(' ', hello.Held)}]",
        Receipt receipt => $"Receipt {receipt.Lease} {string.Join(' ', receipt.Cells)}",
        _ => message.ToString(),
    };

    sealed record Station(SimProcess Process, IFabricListener Listener);

    sealed class Port(SimFabric fabric, SimProcess process) : IFabric
    {
        public IDisposable Listen(string address, IFabricListener listener)
        {
            if (!fabric._stations.TryGetValue(address, out var stations)) fabric._stations[address] = stations = [];
            var station = new Station(process, listener);
            stations.Add(station);
            return new Handle(() => stations.Remove(station));
        }

        public void Send(string from, string to, WireMessage message) => fabric.Send(process, from, to, message);

        public void Publish(LossReport report)
        {
        }

        public IDisposable Subscribe(Action<LossReport> listener) => new Handle(() => { });
    }

    sealed class Handle(Action dispose) : IDisposable
    {
        public void Dispose() => dispose();
    }
}
