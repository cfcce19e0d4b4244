using System.Diagnostics;
using System.Globalization;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>
/// A process of its own for the simulated nodes, so that the coordinator's processor time can be told from theirs. It says a line when
/// all nodes are there, and ends, with another line of figures, when its standard input does.
/// </summary>
sealed class NodesProcess : IAsyncDisposable
{
    /// <summary>What it says when all nodes are there.</summary>
    public const string Ready = "ready";

    readonly Process _process;
    readonly string _flights;

    NodesProcess(Process process, string flights) => (_process, _flights) = (process, flights);

    /// <summary>Starts it and waits for its nodes.</summary>
    /// <param name="count">How many nodes.</param>
    /// <param name="pace">How long shards take them.</param>
    /// <param name="fabric">The broker's address.</param>
    /// <param name="farm">What the farm is called there.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="StyleFarmException">It ended instead; it has said why.</exception>
    public static async Task<NodesProcess> StartAsync(
        int count, ShardPace pace, string fabric, string farm, CancellationToken cancellation)
    {
        var flights = Path.GetTempFileName();
        var start = SelfProcess.ToStart(
            "bench", "farm-nodes", "--farm", farm, "--flights", flights,
            "--nodes", count.ToString(CultureInfo.InvariantCulture),
            "--shard-ms", pace.Shard.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            "--shard-spread", pace.SpreadPercent.ToString(CultureInfo.InvariantCulture));
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        // Not among the arguments, which others on the machine can see.
        start.Environment["STYLEFARM_FABRIC"] = fabric;
        var nodes = new NodesProcess(Process.Start(start)!, flights);
        try
        {
            await nodes.ReadAsync(line => line == Ready, cancellation).ConfigureAwait(false);
            return nodes;
        }
        catch
        {
            await nodes.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the nodes and gives what they have found out, and when messages left them and came to them.</summary>
    public async Task<(NodesFigures Figures, FlightLog Left, FlightLog Came)> EndAsync(CancellationToken cancellation)
    {
        _process.StandardInput.Close();
        var line = await ReadAsync(line => line.StartsWith('{'), cancellation).ConfigureAwait(false);
        return (NodesFigures.FromLine(line), FlightLog.Load(_flights + ".left"), FlightLog.Load(_flights + ".came"));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
        foreach (var file in (string[])["", ".left", ".came"]) File.Delete(_flights + file);
    }

    async Task<string> ReadAsync(Predicate<string> isWanted, CancellationToken cancellation)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line)
            if (isWanted(line)) return line;
        throw new StyleFarmException(
            ErrorCode.RenderFailed, "bench farm: the process of the simulated nodes has ended; it has said above why");
    }
}
