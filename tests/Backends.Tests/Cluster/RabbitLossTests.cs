using System.Diagnostics;
using RabbitMQ.Client;
using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Children;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A broker for the tests of one class, which may break it.</summary>
public sealed class BreakableBroker : IAsyncDisposable
{
    public DevServices Services { get; } = DevServices.Own();

    public ValueTask DisposeAsync() => Services.DisposeAsync();
}

/// <summary>The broker, a connection or another process goes away, and the same fabrics go on.</summary>
public sealed class RabbitLossTests(BreakableBroker broker) : IClassFixture<BreakableBroker>, IAsyncLifetime
{
    const string Coordinator = IFabric.Coordinator;
    const string Node = "node.a";
    const string Rabbit = "rabbitmq";

    // A quorum queue that is younger may be lost with its broker.
    static readonly TimeSpan Aged = TimeSpan.FromSeconds(2.5);

    readonly RabbitFarm _farm = new(broker.Services);
    readonly FabricListener _leader = new();
    readonly FabricListener _worker = new();
    RabbitFabric _here = null!;
    RabbitFabric _there = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (_here, _there) = (await _farm.ConnectAsync("coordinator", Quick), await _farm.ConnectAsync(Node, Quick));
        _here.Listen(Coordinator, _leader);
        _there.Listen(Node, _worker);
        _there.Send(Node, Coordinator, Hello("ready"));
        Assert.Equal("node.a: hello ready", await _leader.NextAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await broker.Services.ReviveAsync(Rabbit);
        await _farm.DisposeAsync();
    }

    [Fact]
    public async Task The_broker_is_killed_and_started_again()
    {
        await Task.Delay(Aged, TimeProvider.System, Stop);
        var reports = 0;
        using var hearing = _here.Subscribe(report => Volatile.Write(ref reports, report.Step));

        await broker.Services.KillAsync(Rabbit);
        await BothAreAsync(false);
        for (var i = 0; i < 50; i++)
        {
            _there.Send(Node, Coordinator, Hello($"{i}"));
            _here.Send(Coordinator, Node, Hello($"{i}"));
        }

        Assert.Matches("not connected: fabric amqp://farm@.*: nothing listens on|not connected: ", _here.Description);
        await broker.Services.ReviveAsync(Rabbit);
        await BothAreAsync(true);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"node.a: hello {i}"), await _leader.NextAsync(50));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"coordinator: hello {i}").Order(), (await _worker.NextAsync(50)).Order());
        await _farm.UntilAsync(() => HeardAgain(), "a loss report");
        Assert.Equal((1, 1), (_here.Counters.Reconnects, _there.Counters.Reconnects));
        Assert.Equal((0, 0), (_here.Counters.Returned, _there.Counters.Returned));

        bool HeardAgain()
        {
            _there.Publish(Report(7));
            return Volatile.Read(ref reports) == 7;
        }
    }

    [Fact]
    public async Task The_broker_is_away_for_longer_than_messages_can_wait()
    {
        await Task.Delay(Aged, TimeProvider.System, Stop);
        await broker.Services.KillAsync(Rabbit);
        await BothAreAsync(false);

        for (var i = 1; i <= RabbitFabric.QueueLimit + 500; i++) _there.Send(Node, Coordinator, Hello($"{i}"));
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Stop);
        await broker.Services.ReviveAsync(Rabbit);

        Assert.Equal(
            Enumerable.Range(501, RabbitFabric.QueueLimit).Select(i => $"node.a: hello {i}"),
                await _leader.NextAsync(RabbitFabric.QueueLimit));
        Assert.Equal(500, _there.Counters.Dropped);
        Assert.InRange(_farm.Notices.Count, 4, 12);
    }

    [Fact]
    public async Task A_queue_that_has_lost_what_it_stands_on_is_made_anew()
    {
        // What a quorum queue may come to when its broker is killed within a second of its birth.
        var ground = $"{{binary_to_atom(<<\"%2F_{_farm.Name}.coordinator\">>), node()}}";
        await RabbitControl.RunAsync(broker.Services, "eval", $"ra:force_delete_server(quorum_queues, {ground}).");

        await _farm.UntilAsync(() => IsHeard(), "the leader's hearing");

        Assert.Contains(_farm.Notices, line => line.EndsWith(
            $"{_farm.Name}.coordinator: the broker does not deliver from this queue; it is deleted and made anew",
                StringComparison.Ordinal));

        bool IsHeard()
        {
            _there.Send(Node, Coordinator, Hello("again"));
            return _leader.Rest().Contains("node.a: hello again");
        }
    }

    [Fact]
    public async Task The_broker_closes_all_connections()
    {
        await RabbitControl.RunAsync(broker.Services, "close_all_connections", "maintenance");

        await _farm.UntilAsync(() => _here.Counters.Reconnects == 1 && _there.Counters.Reconnects == 1, "two reconnections");
        _there.Send(Node, Coordinator, Hello("1"));
        _here.Send(Coordinator, Node, Hello("2"));

        Assert.Equal("node.a: hello 1", await _leader.NextAsync());
        Assert.Equal("coordinator: hello 2", await _worker.NextAsync());
        Assert.Contains(_farm.Notices, line => line.Contains("the connection is lost (CONNECTION_FORCED - maintenance); connecting again",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_broker_falls_silent()
    {
        await broker.Services.FreezeAsync(Rabbit);
        _there.Send(Node, Coordinator, Hello("held up"));
        await BothAreAsync(false);
        await broker.Services.ThawAsync(Rabbit);

        // It may have been sent twice.
        Assert.Equal("node.a: hello held up", await _leader.NextAsync());
        await BothAreAsync(true);
        _here.Send(Coordinator, Node, Hello("2"));
        Assert.Equal("coordinator: hello 2", await _worker.NextAsync());
    }

    [Fact]
    public async Task The_coordinators_queue_is_deleted()
    {
        await _farm.RawAsync(channel => channel.QueueDeleteAsync($"{_farm.Name}.coordinator"));

        await _farm.UntilAsync(() => _here.Counters.Reconnects == 1, "a reconnection");
        _there.Send(Node, Coordinator, Hello("1"));

        Assert.Equal("node.a: hello 1", await _leader.NextAsync());
    }

    [Fact]
    public async Task A_listener_that_gets_nothing_any_more_connects_again_and_leaves_the_queue_to_who_gets_it()
    {
        await _farm.RawAsync(async channel =>
        {
            // It takes what is meant for the leader, and the messages to itself.
            await channel.BasicConsumeAsync(
                $"{_farm.Name}.coordinator", autoAck: true, "", false, false,
                new Dictionary<string, object?> { ["x-priority"] = long.MaxValue },
                new AsyncDefaultBasicConsumer(channel));
            await _farm.UntilAsync(() => _here.Counters.Reconnects >= 4, "four reconnections");
        });

        Assert.Equal(0, _there.Counters.Reconnects);
        Assert.All(_farm.Notices, line => Assert.DoesNotContain("made anew", line, StringComparison.Ordinal));
        await _farm.UntilAsync(() => IsHeard(), "the leader's hearing");

        bool IsHeard()
        {
            _there.Send(Node, Coordinator, Hello("again"));
            return _leader.Rest().Contains("node.a: hello again");
        }
    }

    [Fact]
    public async Task A_broker_without_memory_is_waited_for()
    {
        var sent = _there.Counters.Sent;
        await RabbitControl.RunAsync(broker.Services, "set_vm_memory_high_watermark", "absolute", "1");
        _there.Send(Node, Coordinator, Hello("held up"));
        await _farm.UntilAsync(() => _farm.Notices.Any(line => line.Contains("the broker takes no messages: low on memory",
            StringComparison.Ordinal)), "the notice");
        for (var i = 0; i < 20; i++) _there.Send(Node, Coordinator, Hello($"{i}"));
        // Longer than it takes to give a connection up.
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System, Stop);
        Assert.Equal(sent + 1, _there.Counters.Sent);

        await RabbitControl.RunAsync(broker.Services, "set_vm_memory_high_watermark", "absolute", "536870912");

        Assert.Equal(["node.a: hello held up", .. Enumerable.Range(0, 20).Select(i => $"node.a: hello {i}")], await _leader.NextAsync(21));
        Assert.Equal(0, _there.Counters.Reconnects);
    }

    [Fact]
    public async Task Messages_to_a_node_that_was_killed_come_back()
    {
        using var child = await StartChildAsync("node.child");
        _here.Send(Coordinator, "node.child", Hello("alive"));
        Assert.Equal("coordinator: alive", await child.StandardOutput.ReadLineAsync(Stop));

        child.Kill();
        await child.WaitForExitAsync(Stop);

        // What comes before the broker has noticed goes down with the queue.
        var back = "";
        for (var i = 0; i < 3 && !back.StartsWith("back", StringComparison.Ordinal); i++)
        {
            _here.Send(Coordinator, "node.child", Hello($"{i}"));
            back = await _leader.NextAsync();
        }

        Assert.StartsWith("back from node.child: hello ", back, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_coordinator_that_is_frozen_is_overtaken_at_once()
    {
        using var child = await StartChildAsync(Coordinator);
        _there.Send(Node, Coordinator, Hello("x"));
        Assert.Equal("node.a: x", await child.StandardOutput.ReadLineAsync(Stop));
        var standby = await _farm.ConnectAsync("standby", Quick);
        var next = new FabricListener();

        Signal(child, "STOP");
        var began = Stopwatch.GetTimestamp();
        using var handle = standby.Listen(Coordinator, next);
        standby.Send(Coordinator, Coordinator, Hello("mine"));

        Assert.Equal("coordinator: hello mine", await next.NextAsync());
        // The broker would give the silent one up too, but with these heartbeats not before four seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(began).TotalSeconds, 0, 3);
        Signal(child, "KILL");
    }

    static RabbitOptions Quick(RabbitOptions options) => options with
    {
        CanaryEvery = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(3), LongestPause = TimeSpan.FromSeconds(1),
    };

    async Task BothAreAsync(bool isConnected) =>
        await _farm.UntilAsync(() => _here.IsConnected == isConnected && _there.IsConnected == isConnected,
            isConnected ? "two connections" : "the loss of both");

    async Task<Process> StartChildAsync(string address)
    {
        var child = Child.Start("listen", await _farm.UrlAsync(), address);
        Assert.Equal("listening", await child.StandardOutput.ReadLineAsync(Stop));
        return child;
    }

    static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    static Messages.Wire.NodeHello Hello(string incarnation) => new() { Node = new NodeId("a"), Incarnation = incarnation };

    static LossReport Report(int step) => new()
    {
        Cell = "c", Step = step, Content = 1, Style = 2, Tv = 3, Total = 6, Taps = new Dictionary<string, double>(), Milliseconds = 1,
    };
}
