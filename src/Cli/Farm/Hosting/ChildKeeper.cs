using System.ComponentModel;
using System.Diagnostics;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>
/// Keeps a node process running: one that ends is started again after a wait, which doubles while it keeps ending. The coordinator
/// learns of an end by itself, from messages that come back or heartbeats that do not.
/// </summary>
sealed class ChildKeeper : IRunningNode, IFabricListener
{
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    readonly ChildNode _node;
    readonly NodeSurroundings _around;
    readonly string _address;
    readonly PipeHub _hub;
    readonly IDisposable _listening;
    readonly CancellationTokenSource _leaving = new();
    readonly Lock _gate = new();
    readonly Task _keeping;
    Process? _process;
    PipeLink? _link;

    public ChildKeeper(ChildNode node, NodeSurroundings around)
    {
        (_node, _around, _address) = (node, around, $"keeper.{node.Node}");
        _hub = new PipeHub(around.Fabric, around.Clock, around.Notice);
        _listening = around.Fabric.Listen(_address, this);
        _keeping = Task.Run(KeepAsync);
    }

    /// <inheritdoc/>
    public async Task LeaveAsync()
    {
        await StopKeeping().ConfigureAwait(false);
        _around.Fabric.Send(_address, _node.ProcessAddress, new DrainNode { CoordinatorEpoch = 0 });
        try
        {
            await _keeping.WaitAsync(NodeSetup.Patience, _around.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It took too long; what it rendered since its last checkpoint is rendered again.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopKeeping().ConfigureAwait(false);
        lock (_gate) _process?.Kill();
        await _keeping.ConfigureAwait(false);
        _listening.Dispose();
        await _hub.DisposeAsync().ConfigureAwait(false);
        _leaving.Dispose();
    }

    void IFabricListener.Delivered(string from, WireMessage message)
    {
        // Nobody speaks to a keeper.
    }

    /// <summary>The process was told to leave before it could hear it: it has no work yet, and ends when its input does.</summary>
    void IFabricListener.Returned(string to, WireMessage message)
    {
        lock (_gate) _ = _link?.DisposeAsync().AsTask();
    }

    Task StopKeeping()
    {
        // No process is being started while somebody holds the gate: either it is known here, or it is not started any more.
        lock (_gate) return _leaving.CancelAsync();
    }

    async Task KeepAsync()
    {
        for (var failures = 0; ;)
        {
            var started = _around.Clock.GetTimestamp();
            if (await RunAsync().ConfigureAwait(false) is not { } end || _leaving.IsCancellationRequested) return;
            if (end.IsRefusal)
            {
                _around.Fail(new StyleFarmException(ErrorCode.OutOfResources, $"node {_node.Node} cannot work here: {end.LastWords}"));
                return;
            }

            if (_around.Clock.GetElapsedTime(started) > 2 * LongestWait) failures = 0;
            var wait = TimeSpan.FromTicks(Math.Min(LongestWait.Ticks, FirstWait.Ticks << Math.Min(failures++, 10)));
            _around.Warn($"node {_node.Node} ended unexpectedly ({end.Cause}): its work goes on from checkpoints, and it is started again "
                + $"in {wait.TotalSeconds} s");
            if (!await WaitAsync(wait).ConfigureAwait(false)) return;
        }
    }

    async Task<bool> WaitAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _around.Clock, _leaving.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>One process from start to end; null when none is wanted any more.</summary>
    async Task<ChildEnd?> RunAsync()
    {
        try
        {
            if (Start() is not { } process) return null;
            using (process) return await WatchAsync(process).ConfigureAwait(false);
        }
        catch (Win32Exception e)
        {
            return new ChildEnd(CommandLine.BadUsage, e.Message);
        }
    }

    Process? Start()
    {
        lock (_gate)
        {
            if (_leaving.IsCancellationRequested) return null;
            var process = Process.Start(_node.ToStart())!;
            _link = _hub.Attach(_node.Address, process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
            return _process = process;
        }
    }

    async Task<ChildEnd> WatchAsync(Process process)
    {
        var words = ReadWordsAsync(process.StandardError);
        await process.WaitForExitAsync().ConfigureAwait(false);
        lock (_gate) _process = null;
        // What it said last counts; and the next one is to find the addresses free.
        await _link!.Closed.ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        return new ChildEnd(process.ExitCode, await words.ConfigureAwait(false));
    }

    /// <summary>Passes on what the process says, and returns its last line.</summary>
    async Task<string?> ReadWordsAsync(StreamReader errors)
    {
        const string Prefix = "stylefarm: ";
        string? last = null;
        while (await errors.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (last is not null) _around.Notice($"node {_node.Node}: {last}");
            last = line.StartsWith(Prefix, StringComparison.Ordinal) ? line[Prefix.Length..] : line;
        }

        return last;
    }
}
