using System.Net;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>What `serve` and `node` run with: flags go before variables, those before the file, that before what is standard.</summary>
sealed class ServeSettings
{
    static readonly string[] Keys = ["fabric", "journal", "store", "listen", "name", "state", "token", "otlp"];

    readonly Dictionary<string, string> _file;
    readonly Func<string, string?> _variable;

    ServeSettings(Dictionary<string, string> file, Func<string, string?> variable) => (_file, _variable) = (file, variable);

    /// <summary>Reads the file, if one is given.</summary>
    /// <param name="path">YAML with one value for each key; null for none.</param>
    /// <param name="variable">Looks a variable up.</param>
    /// <exception cref="StyleFarmException">BadInput: it cannot be read. BadUsage: it has keys that nobody knows.</exception>
    public static ServeSettings Load(string? path, Func<string, string?> variable)
    {
        if (path is null) return new ServeSettings([], variable);
        try
        {
            var file = new DeserializerBuilder().Build().Deserialize<Dictionary<string, string>?>(File.ReadAllText(path)) ?? [];
            var strange = file.Keys.Where(key => !Keys.Contains(key))
                .Select(key => key + NearestMatch.Hint(NearestMatch.Find(key, Keys))).ToList();
            return strange.Count == 0 ? new ServeSettings(file, variable)
                : throw StyleFarmException.BadUsage($"{path}: unknown keys {string.Join(", ", strange)}; there are {string.Join(", ", Keys)}");
        }
        catch (YamlException e)
        {
            throw StyleFarmException.BadInput($"{path}, line {e.Start.Line}: {e.InnerException?.Message ?? e.Message}; give one `key: value` a line", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"--config {path}: {e.Message}", e);
        }
    }

    /// <summary>A setting: the flag if it is given, else <c>STYLEFARM_KEY</c>, else the file's, else null.</summary>
    public string? Find(string key, string? flag = null) =>
        NoneIfEmpty(flag) ?? NoneIfEmpty(_variable($"STYLEFARM_{key.ToUpperInvariant()}")) ?? NoneIfEmpty(_file.GetValueOrDefault(key));

    /// <summary>Where traces and metrics go: as <see cref="Find"/>, and OpenTelemetry's own variable goes before the file.</summary>
    public string? FindOtlp(string? flag) =>
        NoneIfEmpty(flag) ?? NoneIfEmpty(_variable("STYLEFARM_OTLP")) ?? NoneIfEmpty(_variable("OTEL_EXPORTER_OTLP_ENDPOINT")) ?? Find("otlp");

    /// <summary>Where to listen, with the token that others must show; without one, on this machine only.</summary>
    /// <param name="listen">As given.</param>
    /// <param name="token">As given.</param>
    /// <param name="faults">Takes a line when it cannot be used.</param>
    public static Uri? ReadListen(string listen, string? token, List<string> faults)
    {
        if (!Uri.TryCreate(listen, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp || url.PathAndQuery != "/")
            faults.Add($"--listen {listen}: give a URL such as http://127.0.0.1:7878");
        else if (token is null && !IsLoopback(url))
            faults.Add($"--listen {listen}: anybody in the network could give orders; set STYLEFARM_TOKEN to a secret, or listen on 127.0.0.1");
        return url;
    }

    static bool IsLoopback(Uri url) => url.IsLoopback || (IPAddress.TryParse(url.Host, out var address) && IPAddress.IsLoopback(address));

    static string? NoneIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
