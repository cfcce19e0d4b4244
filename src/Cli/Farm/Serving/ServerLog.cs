using System.Globalization;
using System.Text.Json.Nodes;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>What a server or a node says while it runs: one line each, for people or as JSON. Safe for many callers at once.</summary>
sealed class ServerLog(TextWriter to, TimeProvider clock, bool json)
{
    readonly Lock _gate = new();

    /// <summary>Something that went as it should.</summary>
    public void Info(string message) => Write("info", message);

    /// <summary>Something that went wrong while the farm goes on.</summary>
    public void Warn(string message) => Write("warning", message);

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
