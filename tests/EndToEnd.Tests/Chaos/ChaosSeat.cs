using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.EndToEnd.Tests.Farm;

namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>A coordinator or a node: started, killed and started again, in a room of its own, with all that it says in one file.</summary>
/// <param name="name">Its name.</param>
/// <param name="room">Where it runs.</param>
/// <param name="folder">Where it works; the log is <c>NAME.log</c> there.</param>
/// <param name="command">Of <c>stylefarm</c>.</param>
/// <param name="environment">Its variables.</param>
sealed class ChaosSeat(string name, NetworkRoom room, string folder, string[] command, Dictionary<string, string> environment) : IDisposable
{
    // Who strikes and who supervises are not the same.
    readonly Lock _gate = new();
    CliRun? _run;
    bool _isKilled;

    public string Name => name;

    public NetworkRoom Room => room;

    public string Log { get; } = Path.Combine(folder, $"{name}.log");

    /// <summary>How often it ended by itself.</summary>
    public int Ends { get; private set; }

    /// <summary>Starts it.</summary>
    public void Start()
    {
        // A full pipe would hold it up: it writes into a file.
        string[] words = ["-c", $"exec \"$@\" >>{name}.log 2>&1", "sh", "ip", "netns", "exec", room.Name,
            Path.Combine(Studio.Programs, "stylefarm"), .. command];
        lock (_gate)
        {
            _run?.Dispose();
            (_run, _isKilled) = (new CliRun("sh", words, folder, environment), false);
        }
    }

    /// <summary>Starts it again when it has ended by itself, as systemd or Kubernetes does: a service was away when it started.</summary>
    public void Supervise()
    {
        lock (_gate)
        {
            if (_isKilled || SystemProcess.StatusOf(_run!.Id) is (not ('Z' or 'X'), _)) return;
            Ends++;
            Start();
        }
    }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string signal)
    {
        lock (_gate)
        {
            _isKilled |= signal == "KILL";
            _run!.Signal(signal);
        }
    }

    /// <summary>How long the log is: where what it says from now on begins.</summary>
    public long Mark() => File.Exists(Log) ? new FileInfo(Log).Length : 0;

    /// <summary>Whether it has said this since a mark.</summary>
    public bool HasSaid(string words, long mark) => Said(mark).Contains(words, StringComparison.Ordinal);

    /// <summary>The last lines of what it said.</summary>
    public string Tail(int lines) => string.Join('\n', Said(0).TrimEnd().Split('\n').TakeLast(lines));

    string Said(long mark)
    {
        if (!File.Exists(Log)) return "";
        using var file = new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Seek(mark, SeekOrigin.Begin);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }

    public void Dispose() => _run?.Dispose();
}
