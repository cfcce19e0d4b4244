using StyleFarm.TestKit.Services;

namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>Does the faults to a farm, mends them, and measures how long the farm needs to go on elsewhere.</summary>
/// <param name="farm">The farm.</param>
/// <param name="journal">Shows what it does.</param>
/// <param name="say">Takes progress for people.</param>
sealed class ChaosRun(ChaosFarm farm, JournalWatch journal, Action<string> say)
{
    static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Seconds until the farm went on elsewhere, of faults that came alone.</summary>
    public Dictionary<string, List<double>> Times { get; } = [];

    /// <summary>Does all of them, each when the farm has got on since the one before.</summary>
    public async Task RunAsync(IReadOnlyList<ChaosFault> faults)
    {
        for (var i = 0; i < faults.Count; i++)
        {
            await ProgressAsync();
            var isPair = faults[i].IsPaired;
            say($"{faults[i]}");
            if (isPair) say($"{faults[i + 1]}");
            await (isPair ? Task.WhenAll(DoAsync(faults[i], false), DoAsync(faults[++i], false)) : DoAsync(faults[i], true));
        }
    }

    /// <summary>Waits until the farm has finished another cell.</summary>
    async Task ProgressAsync()
    {
        var before = journal.Accepted;
        await UntilAsync(() => journal.Accepted > before, "no cell was finished");
    }

    Task DoAsync(ChaosFault fault, bool isAlone) => fault.Kind switch
    {
        FaultKind.NodeKilled or FaultKind.NodeFrozen or FaultKind.NodeCut => StrikeNodeAsync(fault, isAlone),
        FaultKind.LeaderKilled or FaultKind.LeaderFrozen or FaultKind.LeaderCut => StrikeLeaderAsync(fault, isAlone),
        FaultKind.StandbyKilled => StrikeAsync(farm.Servers.First(server => server.Name != journal.Leader.Holder), fault),
        FaultKind.BrokerKilled => KillServiceAsync("rabbitmq", fault),
        FaultKind.DatabaseKilled => KillServiceAsync("postgres", fault),
        FaultKind.StoreKilled => KillServiceAsync("s3", fault),
        FaultKind.BrokerHeld => HoldAsync(farm.Broker, fault),
        FaultKind.DatabaseHeld => HoldAsync(farm.Database, fault),
        FaultKind.StoreRefuses => SpoilStoreAsync(new Random(fault.Pick).NextDouble() < 0.5 ? 503 : 500, default, fault),
        FaultKind.StoreHangs => SpoilStoreAsync(0, default, fault),
        _ => SpoilStoreAsync(0, TimeSpan.FromMilliseconds(200 + fault.Pick % 600), fault),
    };

    /// <summary>A node goes, with work in hand when any has; its cells must be claimed by others.</summary>
    async Task StrikeNodeAsync(ChaosFault fault, bool isAlone)
    {
        var busy = farm.Nodes.Where(node => journal.HeldBy(node.Name).Count > 0).ToList();
        var node = busy.Count > 0 ? busy[fault.Pick % busy.Count] : farm.Nodes[fault.Pick % farm.Nodes.Count];
        var cells = journal.HeldBy(node.Name);
        var moment = TimeProvider.System.GetTimestamp();
        var striking = StrikeAsync(node, fault, isAlone ? () => journal.ResumedAfter(cells, moment) is not null : null);
        if (isAlone && cells.Count > 0)
        {
            await UntilAsync(() => journal.ResumedAfter(cells, moment) is not null, $"cells of {node.Name} were not given out again");
            Note($"{fault.Kind}: its cells are elsewhere", moment, journal.ResumedAfter(cells, moment)!.Value);
        }

        await striking;
    }

    async Task StrikeLeaderAsync(ChaosFault fault, bool isAlone)
    {
        await UntilAsync(() => journal.Leader.Holder is not null, "nobody leads");
        var (name, term) = journal.Leader;
        var leader = farm.Servers.First(server => server.Name == name);
        var mark = leader.Mark();
        var moment = TimeProvider.System.GetTimestamp();
        var striking = StrikeAsync(leader, fault, isAlone ? () => journal.Leader.Term > term : null);
        if (isAlone)
        {
            await UntilAsync(() => journal.Leader.Term > term, "nobody took the lead");
            var led = TimeProvider.System.GetTimestamp();
            Note($"{fault.Kind}: another leads", moment, led);
            await UntilAsync(() => journal.Placed.Any(placed => placed.At > led), "the new leader places no work");
            var placed = journal.Placed.First(placed => placed.At > led);
            // Until a node has room there is nothing to place.
            Note($"{fault.Kind}: another places work", moment, led + placed.At - Math.Max(led, placed.RoomAt));
            Note($"{fault.Kind}: a node had room and got work", moment, placed.At);
        }

        await striking;
        if (isAlone && fault.Kind != FaultKind.LeaderKilled)
            await UntilAsync(() => leader.HasSaid($"{name} leads no more", mark), $"{name} did not step down");
    }

    /// <summary>Kills and starts again, or freezes and wakes, or cuts off and mends.</summary>
    async Task StrikeAsync(ChaosSeat seat, ChaosFault fault, Func<bool>? isElsewhere = null)
    {
        var how = fault.Kind.ToString();
        var (isKill, isFreeze) = (how.EndsWith("Killed", StringComparison.Ordinal), how.EndsWith("Frozen", StringComparison.Ordinal));
        if (isKill) seat.Signal("KILL");
        else if (isFreeze) seat.Signal("STOP");
        else NetworkRooms.Cut(seat.Room);
        await PauseAsync(fault.Seconds);
        if (isElsewhere is not null) await UntilAsync(isElsewhere, $"nobody took the place of {seat.Name}");
        if (isKill) seat.Start();
        else if (isFreeze) seat.Signal("CONT");
        else NetworkRooms.Mend(seat.Room);
    }

    async Task KillServiceAsync(string service, ChaosFault fault)
    {
        await farm.Services.KillAsync(service);
        await PauseAsync(fault.Seconds);
        await farm.Services.ReviveAsync(service);
    }

    static async Task HoldAsync(TcpGate gate, ChaosFault fault)
    {
        gate.Hold();
        await PauseAsync(fault.Seconds);
        gate.Release();
    }

    /// <summary>An error status, a delay, or with neither no answer at all.</summary>
    async Task SpoilStoreAsync(int status, TimeSpan delay, ChaosFault fault)
    {
        var spoilt = status > 0 ? GateFault.Refusal(status, status == 503 ? "ServiceUnavailable" : "InternalError")
            : delay > TimeSpan.Zero ? new GateFault { Waits = delay } : new GateFault { Hangs = true };
        farm.StoreFault = (_, _) => spoilt;
        await PauseAsync(fault.Seconds);
        farm.StoreFault = null;
    }

    void Note(string what, long from, long to)
    {
        var seconds = TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;
        if (!Times.TryGetValue(what, out var times)) Times[what] = times = [];
        times.Add(seconds);
        say($"    {what} after {seconds:F1} s");
    }

    /// <summary>Waits until something is so.</summary>
    public async Task UntilAsync(Func<bool> isSo, string otherwise)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            foreach (var seat in farm.Seats) seat.Supervise();
            if (journal.Broken is { } broken) Assert.Fail($"{broken}\n{farm.Tails()}");
            if (TimeProvider.System.GetElapsedTime(start) > Patience) Assert.Fail($"{otherwise} in {Patience.TotalSeconds} s\n{farm.Tails()}");
            await Task.Delay(Glance, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    static Task PauseAsync(double seconds) =>
        Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, TestContext.Current.CancellationToken);
}
