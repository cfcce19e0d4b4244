using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Tests.Embedded;

public sealed class LocalFabricTests : FabricContract, IDisposable
{
    readonly LocalFabric _fabric = new();

    protected override IFabric Here => _fabric;

    protected override IFabric There => _fabric;

    public void Dispose() => _fabric.Dispose();

    [Fact]
    public async Task A_full_queue_spares_the_oldest_heartbeats_and_refuses_what_else_does_not_fit()
    {
        var (_, node) = await BothAsync();
        await FillAsync(node);

        for (var i = 0; i < LocalFabric.QueueLimit; i++) Here.Send(IFabric.Coordinator, Node, i % 2 == 0 ? Beat(i) : Welcome(i));
        // Half of the queue can be spared: these take the places of the oldest heartbeats, but for the last ten.
        for (var i = 0; i < LocalFabric.QueueLimit / 2 - 10; i++) Here.Send(IFabric.Coordinator, Node, Welcome(10_000 + i));
        Assert.Equal(LocalFabric.QueueLimit / 2 - 10, _fabric.LostMessages);
        for (var i = 0; i < 15; i++) Here.Send(IFabric.Coordinator, Node, Welcome(20_000 + i));
        Assert.Equal(LocalFabric.QueueLimit / 2 + 5, _fabric.LostMessages);

        node.LetGo();
        var came = await node.NextAsync(LocalFabric.QueueLimit);
        Assert.DoesNotContain(came, text => text.Contains("heartbeat", StringComparison.Ordinal));
        Assert.Equal("coordinator: welcome 1", came[0]);
        Assert.Equal("coordinator: welcome 20009", came[^1]);
        Assert.Empty(node.Rest());
    }

    [Fact]
    public async Task In_a_full_queue_a_new_heartbeat_takes_the_place_of_the_oldest()
    {
        var (_, node) = await BothAsync();
        await FillAsync(node);

        for (var i = 0; i < LocalFabric.QueueLimit + 3; i++) Here.Send(IFabric.Coordinator, Node, Beat(i));

        node.LetGo();
        Assert.Equal("coordinator: heartbeat 3", (await node.NextAsync(LocalFabric.QueueLimit))[0]);
        Assert.Equal(3, _fabric.LostMessages);
    }

    [Fact]
    public async Task A_slow_hearer_misses_the_oldest_reports()
    {
        using var hold = new ManualResetEventSlim();
        using var isHeld = new SemaphoreSlim(0);
        var steps = new List<int>();
        var isAll = new TaskCompletionSource();
        using var handle = _fabric.Subscribe(report =>
        {
            isHeld.Release();
            hold.Wait(TestContext.Current.CancellationToken);
            steps.Add(report.Step);
            if (report.Step == 2999) isAll.SetResult();
        });
        _fabric.Publish(Report(0));
        await isHeld.WaitAsync(TestContext.Current.CancellationToken);

        for (var step = 1; step < 3000; step++) _fabric.Publish(Report(step));
        hold.Set();
        await isAll.Task;

        Assert.Equal([0, .. Enumerable.Range(3000 - LocalFabric.ReportLimit, LocalFabric.ReportLimit)], steps);
    }

    [Fact]
    public async Task What_waits_for_a_listener_that_leaves_goes_back_to_its_sender()
    {
        var (coordinator, node) = (new FabricListener(), new FabricListener());
        using var here = _fabric.Listen(IFabric.Coordinator, coordinator);
        var there = _fabric.Listen(Node, node);
        await FillAsync(node);
        Here.Send(IFabric.Coordinator, Node, Welcome(1));

        var leaving = Task.Run(there.Dispose, TestContext.Current.CancellationToken);
        Here.Send(IFabric.Coordinator, Node, Welcome(2));
        while (_fabric.IsHeard(Node)) await Task.Yield();
        node.LetGo();
        await leaving;

        var back = await coordinator.NextAsync(2);
        Assert.Equal(["back from node.a: welcome 1", "back from node.a: welcome 2"], back.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_listener_may_leave_from_within_its_own_call()
    {
        var node = new FabricListener();
        IDisposable? there = null;
        node.Then = _ => there!.Dispose();
        there = _fabric.Listen(Node, node);

        Here.Send("x", Node, Welcome(1));
        await node.NextAsync();
        while (_fabric.IsHeard(Node)) await Task.Yield();
        Here.Send("x", Node, Welcome(2));

        Assert.Empty(node.Rest());
    }

    [Fact]
    public async Task What_a_listener_throws_is_told_and_the_next_message_comes_all_the_same()
    {
        var notices = new List<string>();
        using var fabric = new LocalFabric(notices.Add);
        var node = new FabricListener { Then = text => { if (text.EndsWith('1')) throw new InvalidOperationException("bad turn"); } };
        fabric.Listen(Node, node);

        fabric.Send("x", Node, Welcome(1));
        fabric.Send("x", Node, Welcome(2));

        Assert.Equal(["x: welcome 1", "x: welcome 2"], await node.NextAsync(2));
        Assert.Equal("node.a: a message could not be handed over (bad turn)", Assert.Single(notices));
    }

    [Fact]
    public async Task After_dispose_nobody_is_called_and_a_call_under_way_was_waited_for()
    {
        var (_, node) = await BothAsync();
        await FillAsync(node);
        Here.Send(IFabric.Coordinator, Node, Welcome(1));

        var disposing = Task.Run(_fabric.Dispose, TestContext.Current.CancellationToken);
        while (_fabric.IsHeard(Node)) await Task.Yield();
        Assert.False(disposing.IsCompleted);
        node.LetGo();
        await disposing;

        Assert.Empty(node.Rest());
        Assert.Throws<ObjectDisposedException>(() => _fabric.Listen("late", node));
    }

    // The first message holds the listener up; what follows waits in the queue.
    async Task FillAsync(FabricListener node)
    {
        node.Hold();
        Here.Send("x", Node, Hello("hold"));
        Assert.Equal("x: hello hold", await node.NextAsync());
    }
}
