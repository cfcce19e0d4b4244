using System.Globalization;
using System.Text.Json.Nodes;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>
/// What a server or a node says while it runs: one line each, for people or as JSON. The same warning comes once a minute: what is away for
/// an hour is tried thousands of times. Safe for many callers at once.
/// </summary>
sealed class ServerLog(TextWriter to, TimeProvider clock, bool json)
{
    const int MaxRemembered = 100;

    static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Dictionary<string, long> _warned = new(StringComparer.Ordinal);

    /// <summary>Something that went as it should.</summary>
    public void Info(string message) => Write("info", message);

    /// <summary>Something that went wrong while the farm goes on.</summary>
    public void Warn(string message)
    {
        if (IsNew(message)) Write("warning", message);
    }

    bool IsNew(string message)
    {
        lock (_gate)
        {
            if (_warned.TryGetValue(message, out var before) && clock.GetElapsedTime(before) < Again) return false;
            if (_warned.Count >= MaxRemembered) _warned.Clear();
            _warned[message] = clock.GetTimestamp();
            return true;
        }
    }

    void Write(string level, string message)
    {
        var time = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var line = json
            ? new JsonObject { ["time"] = time, ["level"] = level, ["message"] = message }.ToJsonString()
            : $"{time} {(level == "info" ? "" : $"{level}: ")}{message}";
        lock (_gate)
        {
            to.WriteLine(line);
            to.Flush();
        }
    }
}
