using System.Diagnostics;
using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Children;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>Real child processes at a hub.</summary>
public sealed class PipeProcessTests : IAsyncDisposable
{
    const string Node = "node.child";

    readonly LocalFabric _fabric = new();
    readonly PipeHub _hub;
    readonly FabricListener _coordinator = new();

    public PipeProcessTests()
    {
        _hub = new PipeHub(_fabric, TimeProvider.System);
        _fabric.Listen(IFabric.Coordinator, _coordinator);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _fabric.Dispose();
    }

    [Fact]
    public async Task A_child_that_is_killed_gives_its_address_to_the_next_and_one_that_is_detached_ends()
    {
        using var first = Child.Start("node", Node);
        var link = Attach(first);
        Assert.Equal("node.child: hello here", await _coordinator.NextAsync());
        _fabric.Send(IFabric.Coordinator, Node, Welcome(42));
        Assert.Equal("node.child: hello 42", await _coordinator.NextAsync());

        first.Kill();
        await link.Closed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _fabric.Send(IFabric.Coordinator, Node, Welcome(43));
        Assert.Equal("back from node.child: welcome 43", await _coordinator.NextAsync());

        using var second = Child.Start("node", Node);
        var next = Attach(second);
        Assert.Equal("node.child: hello here", await _coordinator.NextAsync());
        await next.DisposeAsync();
        var stop = TestContext.Current.CancellationToken;
        await second.WaitForExitAsync(stop).WaitAsync(TimeSpan.FromSeconds(30), stop);
        Assert.Equal(0, second.ExitCode);
    }

    [Fact]
    public async Task Loss_reports_of_a_child_are_heard_in_the_parent()
    {
        var heard = new TaskCompletionSource<int>();
        using var handle = _fabric.Subscribe(report => heard.TrySetResult(report.Step));
        using var child = Child.Start("node", Node);
        Attach(child);
        await _coordinator.NextAsync();

        _fabric.Send(IFabric.Coordinator, Node, Welcome(-5));

        Assert.Equal(5, await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    PipeLink Attach(Process child) => _hub.Attach(Node, child.StandardOutput.BaseStream, child.StandardInput.BaseStream);

    static NodeWelcome Welcome(int epoch) => new() { CoordinatorEpoch = epoch, HeartbeatMilliseconds = 1, LeaseMilliseconds = 2 };
}
