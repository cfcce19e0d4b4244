using System.Globalization;
using System.Threading.Channels;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Tests.Contracts;

/// <summary>What every fabric does. A backend's own class says how the coordinator and a node get at it.</summary>
public abstract class FabricContract
{
    protected const string Node = "node.a";

    /// <summary>The fabric as the coordinator has it.</summary>
    protected abstract IFabric Here { get; }

    /// <summary>The same fabric as the node <see cref="Node"/> has it, in its own process or not.</summary>
    protected abstract IFabric There { get; }

    [Fact]
    public async Task A_message_reaches_its_address_with_its_sender()
    {
        var (coordinator, node) = await BothAsync();

        Here.Send(IFabric.Coordinator, Node, Welcome(7));
        There.Send(Node, IFabric.Coordinator, Hello("x"));

        Assert.Equal("coordinator: welcome 7", await node.NextAsync());
        Assert.Equal("node.a: hello x", await coordinator.NextAsync());
    }

    [Fact]
    public async Task Messages_of_one_sender_come_in_order_and_one_at_a_time()
    {
        var (_, node) = await BothAsync();

        for (var i = 0; i < 500; i++) Here.Send(IFabric.Coordinator, Node, Welcome(i));

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"coordinator: welcome {i}"), await node.NextAsync(500));
        Assert.False(node.WasCalledTwiceAtOnce);
    }

    [Fact]
    public async Task Many_senders_at_once_lose_nothing()
    {
        var (_, node) = await BothAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(sender => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++) Here.Send(IFabric.Coordinator, Node, Welcome(1000 * sender + i));
        })));

        var all = await node.NextAsync(800);
        Assert.Equal(800, all.Distinct().Count());
        Assert.False(node.WasCalledTwiceAtOnce);
    }

    [Fact]
    public async Task A_sender_may_write_to_itself()
    {
        var (coordinator, node) = await BothAsync();

        Here.Send(IFabric.Coordinator, IFabric.Coordinator, Welcome(1));
        There.Send(Node, Node, Welcome(2));

        Assert.Equal("coordinator: welcome 1", await coordinator.NextAsync());
        Assert.Equal("node.a: welcome 2", await node.NextAsync());
    }

    [Fact]
    public async Task A_message_to_nobody_comes_back()
    {
        var (coordinator, node) = await BothAsync();

        Here.Send(IFabric.Coordinator, "node.gone", Welcome(1));
        There.Send(Node, "node.gone", Hello("h"));

        Assert.Equal("back from node.gone: welcome 1", await coordinator.NextAsync());
        Assert.Equal("back from node.gone: hello h", await node.NextAsync());
    }

    [Fact]
    public async Task A_message_to_nobody_from_nobody_is_lost_and_harms_nothing()
    {
        var (coordinator, node) = await BothAsync();

        Here.Send("node.ghost", "node.gone", Welcome(1));
        Here.Send(IFabric.Coordinator, Node, Welcome(2));

        Assert.Equal("coordinator: welcome 2", await node.NextAsync());
        Assert.Empty(coordinator.Rest());
    }

    [Fact]
    public async Task An_address_that_was_left_can_be_taken_again()
    {
        var (coordinator, _) = await BothAsync();
        var later = new FabricListener();

        using (There.Listen("node.a.second", new FabricListener()))
            Assert.ThrowsAny<InvalidOperationException>(() => There.Listen("node.a.second", later));
        using var again = There.Listen("node.a.second", later);
        There.Send("node.a.second", IFabric.Coordinator, Hello("again"));

        Assert.Equal("node.a.second: hello again", await coordinator.NextAsync());
    }

    [Fact]
    public async Task After_a_handle_is_disposed_its_listener_hears_nothing_more()
    {
        var coordinator = new FabricListener();
        using var here = Here.Listen(IFabric.Coordinator, coordinator);
        var node = new FabricListener();
        var there = There.Listen(Node, node);
        There.Send(Node, IFabric.Coordinator, Hello("ready"));
        await coordinator.NextAsync();

        there.Dispose();
        there.Dispose();
        // What is sent before it is known that nobody listens may be lost.
        await EventuallyAsync(() =>
        {
            Here.Send(IFabric.Coordinator, Node, Welcome(1));
            return coordinator.Rest().Contains("back from node.a: welcome 1");
        });

        Assert.Empty(node.Rest());
    }

    [Fact]
    public async Task Reports_reach_every_hearer_on_either_side_in_order()
    {
        await BothAsync();
        using var here = new ReportHearer(Here);
        using var there = new ReportHearer(There);

        for (var step = 0; step < 50; step++) There.Publish(Report(step));

        var expected = Enumerable.Range(0, 50);
        Assert.Equal(expected, await here.NextAsync(50));
        Assert.Equal(expected, await there.NextAsync(50));
    }

    [Fact]
    public async Task A_report_keeps_all_it_holds()
    {
        await BothAsync();
        using var here = new ReportHearer(Here);

        There.Publish(Report(3));
        await here.NextAsync(1);

        Assert.Equal(TelemetryJson.ToLine(Report(3)), TelemetryJson.ToLine(here.Last!));
    }

    [Fact]
    public async Task Reports_without_hearers_and_after_a_hearer_left_go_nowhere()
    {
        await BothAsync();
        var left = new ReportHearer(Here);
        left.Dispose();
        There.Publish(Report(0));
        using var stays = new ReportHearer(Here);

        There.Publish(Report(1));

        // Where it is a long way, the first report arrives after the second hearer.
        while (await stays.NextAsync(1) is not [1])
        {
        }

        Assert.Null(left.Last);
    }

    /// <summary>Both ends listen and have heard of each other.</summary>
    protected async Task<(FabricListener Coordinator, FabricListener Node)> BothAsync()
    {
        var (coordinator, node) = (new FabricListener(), new FabricListener());
        Here.Listen(IFabric.Coordinator, coordinator);
        There.Listen(Node, node);
        There.Send(Node, IFabric.Coordinator, Hello("ready"));
        Assert.Equal("node.a: hello ready", await coordinator.NextAsync());
        return (coordinator, node);
    }

    protected static NodeWelcome Welcome(int epoch) => new() { CoordinatorEpoch = epoch, HeartbeatMilliseconds = 1, LeaseMilliseconds = 2 };

    protected static NodeHello Hello(string incarnation) => new() { Node = new NodeId("a"), Incarnation = incarnation };

    protected static Heartbeat Beat(int number) =>
        new() { Node = new NodeId("a"), Incarnation = number.ToString(CultureInfo.InvariantCulture) };

    protected static LossReport Report(int step) => new()
    {
        Cell = "0123456789abcdef0123456789abcdef",
        Step = step,
        Content = 0.1,
        Style = double.NaN,
        Tv = 1e-300,
        Total = 1 / 3d,
        Taps = new Dictionary<string, double> { ["content/relu4_2"] = 0.1 },
        Milliseconds = 2.5,
    };

    static async Task EventuallyAsync(Func<bool> isSo)
    {
        for (var tries = 0; !isSo(); tries++)
        {
            Assert.True(tries < 3000, "it did not come to be so within 30 s");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    protected sealed class ReportHearer : IDisposable
    {
        readonly Channel<LossReport> _heard = Channel.CreateBounded<LossReport>(100_000);
        readonly IDisposable _handle;

        public ReportHearer(IFabric fabric) => _handle = fabric.Subscribe(report =>
        {
            Last = report;
            _heard.Writer.TryWrite(report);
        });

        public LossReport? Last { get; private set; }

        public async Task<List<int>> NextAsync(int count)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            stop.CancelAfter(TimeSpan.FromSeconds(30));
            var steps = new List<int>();
            while (steps.Count < count) steps.Add((await _heard.Reader.ReadAsync(stop.Token)).Step);
            return steps;
        }

        public void Dispose() => _handle.Dispose();
    }
}
