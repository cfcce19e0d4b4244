using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>
/// This process as a node of the farm that started it: speaks with it over standard input and output, and ends when it is told to, with
/// all work left at checkpoints, or at once when the farm's process has gone.
/// </summary>
sealed class ChildProcess : IFabricListener, IAsyncDisposable
{
    readonly PipeFabric _fabric;
    readonly TimeProvider _clock;
    readonly IDisposable _listening;
    readonly PosixSignalRegistration _terminate;
    readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _isDone;

    public ChildProcess(ChildNode node, TimeProvider clock)
    {
        _clock = clock;
        BeFirstToGo();
        _fabric = PipeFabric.OverStandardStreams(clock, Notice);
        _listening = _fabric.Listen(node.ProcessAddress, this);
        // Ctrl-C reaches this process too, and is the farm's to answer; to be terminated is meant for this one.
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            _left.TrySetResult();
        });
        _ = DieWithFarm();
    }

    /// <summary>Leads to the farm.</summary>
    public IFabric Fabric => _fabric;

    /// <summary>Says a line to the farm's user.</summary>
    public static void Notice(string line) => Console.Error.WriteLine(line);

    /// <summary>Works until it is told to leave.</summary>
    /// <exception cref="StyleFarmException">OutOfResources: the store cannot be written.</exception>
    public async Task RunAsync(NodeSetup node, WatchedStore store)
    {
        store.GaveUp = message => _left.TrySetException(new StyleFarmException(ErrorCode.OutOfResources, message));
        var system = FarmSystem.Create("stylefarm-node", _clock, Notice);
        try
        {
            await using var running =
                node.Start(new NodeSurroundings(system, _fabric, _clock, Notice, Notice, fault => _left.TrySetException(fault)));
            await _left.Task.ConfigureAwait(false);
            await running.LeaveAsync().ConfigureAwait(false);
        }
        finally
        {
            await system.Terminate().ConfigureAwait(false);
        }
    }

    void IFabricListener.Delivered(string from, WireMessage message)
    {
        if (message is DrainNode) _left.TrySetResult();
    }

    void IFabricListener.Returned(string to, WireMessage message)
    {
        // Nothing is sent from here.
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _isDone = true;
        _terminate.Dispose();
        _listening.Dispose();
        await _fabric.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Nothing that is still computed can be told to anybody, and a farm that is started next should not meet an old node at work: no
    /// thread of native code is waited for.
    /// </summary>
    async Task DieWithFarm()
    {
        await _fabric.Closed.ConfigureAwait(false);
        if (_isDone) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    /// <summary>When memory runs out, the system is to end a node rather than the farm.</summary>
    static void BeFirstToGo()
    {
        const string Score = "/proc/self/oom_score_adj";
        try
        {
            if (!OperatingSystem.IsLinux()) return;
            var score = int.Parse(File.ReadAllText(Score), CultureInfo.InvariantCulture);
            if (score < 500) File.WriteAllText(Score, "500");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then the system chooses for itself.
        }
    }
}
