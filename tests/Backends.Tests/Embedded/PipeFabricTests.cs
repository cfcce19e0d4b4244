using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>Both ends in one process, over pipes in memory.</summary>
public sealed class PipeFabricTests : FabricContract, IAsyncDisposable
{
    readonly ConcurrentQueue<string> _notices = new();
    readonly LocalFabric _parent = new();
    readonly PipeHub _hub;
    readonly PipeLink _link;
    readonly PipeFabric _child;
    readonly Pipe _up = new();
    readonly Pipe _down = new();

    public PipeFabricTests()
    {
        _hub = new PipeHub(_parent, TimeProvider.System, _notices.Enqueue);
        _link = _hub.Attach(Node, _up.Reader.AsStream(), _down.Writer.AsStream());
        _child = new PipeFabric(_down.Reader.AsStream(), _up.Writer.AsStream(), TimeProvider.System, _notices.Enqueue);
    }

    protected override IFabric Here => _parent;

    protected override IFabric There => _child;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _child.DisposeAsync();
        _parent.Dispose();
    }

    [Fact]
    public async Task When_the_child_has_gone_its_address_is_free_and_messages_to_it_come_back()
    {
        var (coordinator, _) = await BothAsync();

        await _up.Writer.CompleteAsync();
        await _link.Closed.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        Here.Send(IFabric.Coordinator, Node, Welcome(1));
        Assert.Equal("back from node.a: welcome 1", await coordinator.NextAsync());
        using var again = _parent.Listen(Node, new FabricListener());
    }

    [Fact]
    public async Task When_the_parent_has_gone_the_child_is_told_and_its_messages_come_back()
    {
        var (_, node) = await BothAsync();

        await _hub.DisposeAsync();
        await _child.Closed.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        There.Send(Node, IFabric.Coordinator, Hello("x"));
        There.Publish(Report(1));
        Assert.Equal("back from coordinator: hello x", await node.NextAsync());
    }

    [Fact]
    public async Task What_the_child_prints_between_its_messages_is_told_and_harms_nothing()
    {
        var (coordinator, _) = await BothAsync();

        await PrintAsync("Loading weights…\r\n\n>{\"kind\":\"make-tea\"}\n>not json\n~{\"cell\":1}\n");
        There.Send(Node, IFabric.Coordinator, Hello("after"));

        Assert.Equal("node.a: hello after", await coordinator.NextAsync());
        Assert.Equal("node.a printed: Loading weights…", _notices.ElementAt(0));
        Assert.Equal("node.a printed: ", _notices.ElementAt(1));
        Assert.Equal("node.a: the process sent a message of unknown kind 'make-tea'; is its sender newer?", _notices.ElementAt(2));
        Assert.StartsWith("node.a: the process sent no message: ", _notices.ElementAt(3), StringComparison.Ordinal);
        Assert.StartsWith("node.a: the process sent no loss report: ", _notices.ElementAt(4), StringComparison.Ordinal);
        Assert.Equal(5, _notices.Count);
    }

    [Theory]
    [InlineData("node.b")]
    [InlineData("node.abc")]
    [InlineData("coordinator")]
    [InlineData("")]
    public async Task A_child_cannot_speak_or_listen_for_another(string address)
    {
        var (coordinator, _) = await BothAsync();

        There.Send(address, IFabric.Coordinator, Hello("forged"));
        await PrintAsync($"+{address}\n");
        There.Send(Node, IFabric.Coordinator, Hello("own"));

        Assert.Equal("node.a: hello own", await coordinator.NextAsync());
        Assert.Equal([$"node.a: the process sent the address '{address}', which is not its own"], _notices.Distinct());
        Assert.Equal(2, _notices.Count);
    }

    [Fact]
    public async Task A_line_without_end_closes_the_link_and_takes_no_more_memory()
    {
        await BothAsync();
        var piece = new byte[1 << 20];
        for (var i = 0; i < 40 && !_link.Closed.IsCompleted; i++) await _up.Writer.WriteAsync(piece, Stop);

        await _link.Closed.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        Assert.Equal(
            "node.a: the process sent a line of more than 16777216 bytes; it is not listened to any more", Assert.Single(_notices));
    }

    [Fact]
    public async Task A_last_line_that_is_torn_is_not_read()
    {
        var (coordinator, _) = await BothAsync();
        var line = ">" + Encoding.UTF8.GetString(WireCodec.Encode(new WireEnvelope(Node, IFabric.Coordinator, Hello("torn"))));

        await PrintAsync(line);
        await _up.Writer.CompleteAsync();
        await _link.Closed.WaitAsync(TimeSpan.FromSeconds(30), Stop);

        Assert.Empty(coordinator.Rest());
        Assert.Empty(_notices);
    }

    [Fact]
    public async Task A_child_that_does_not_read_costs_its_own_messages_and_can_still_be_detached()
    {
        var (up, down) = (new Pipe(), new Pipe());
        await using var hub = new PipeHub(_parent, new ImpatientClock());
        var link = hub.Attach("node.deaf", up.Reader.AsStream(), down.Writer.AsStream());
        await up.Writer.WriteAsync("+node.deaf\n?\n"u8.ToArray(), Stop);
        while (!_parent.IsHeard("node.deaf")) await Task.Yield();

        for (var i = 0; link.LostMessages < 100; i++)
        {
            Here.Send("x", "node.deaf", Welcome(i));
            Here.Publish(Report(i));
            // Or the queue of the parent's fabric would be the one that overflows.
            if (i % 1000 == 999) await Task.Yield();
        }

        await link.DisposeAsync();
        await link.Closed;
        Assert.False(_parent.IsHeard("node.deaf"));
    }

    [Fact]
    public async Task Messages_that_wait_when_the_child_ends_are_written_first()
    {
        var (coordinator, _) = await BothAsync();

        for (var i = 0; i < 300; i++) There.Send(Node, IFabric.Coordinator, Hello($"{i}"));
        await _child.DisposeAsync();
        await _up.Writer.CompleteAsync();

        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"node.a: hello {i}"), await coordinator.NextAsync(300));
    }

    async Task PrintAsync(string text) => await _up.Writer.WriteAsync(Encoding.UTF8.GetBytes(text), Stop);

    /// <summary>Every wait is over at once.</summary>
    sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
