using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Control;

/// <summary>Speaks with a farm's servers: the first of them that leads answers.</summary>
sealed class HttpControlClient : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly TimeSpan FirstWord = TimeSpan.FromSeconds(3);

    readonly HttpClient _http = new() { Timeout = Patience };
    readonly Uri[] _servers;

    /// <param name="servers">URLs, separated by commas.</param>
    /// <param name="token">What they ask for; null for none.</param>
    /// <exception cref="StyleFarmException">BadUsage: no URL.</exception>
    public HttpControlClient(string servers, string? token)
    {
        _servers = [.. servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(server =>
            Uri.TryCreate(server, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url
                : throw StyleFarmException.BadUsage($"--server {server}: give a URL such as http://127.0.0.1:7878"))];
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Asks one thing, in the words of the control socket.</summary>
    /// <exception cref="StyleFarmException">BadUsage: no server can be reached, none leads, or the farm refuses.</exception>
    public async Task<JsonObject> AskAsync(JsonObject request, CancellationToken cancellation)
    {
        var (answer, away) = await TryAskAsync(request, cancellation).ConfigureAwait(false);
        return answer ?? throw StyleFarmException.BadUsage(
            $"no server of the farm can take this now ({away}); is `stylefarm serve` running, and --server right?");
    }

    /// <summary>As <see cref="AskAsync"/>, but where no server can be reached or none leads, there is no answer and the reason.</summary>
    public async Task<(JsonObject? Answer, string Away)> TryAskAsync(JsonObject request, CancellationToken cancellation)
    {
        var faults = new List<string>();
        foreach (var server in await LeaderFirstAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                using var message = MessageFor(server, request);
                using var answer = await _http.SendAsync(message, cancellation).ConfigureAwait(false);
                var body = await answer.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
                if (answer.IsSuccessStatusCode) return (JsonNode.Parse(body)!.AsObject(), "");
                if (answer.StatusCode < HttpStatusCode.InternalServerError)
                    throw StyleFarmException.BadUsage(DetailOf(body) ?? $"{server} answers {(int)answer.StatusCode}");
                // A server that stands by or ends, or a proxy that finds none: another may answer.
                faults.Add($"{server}: {DetailOf(body) ?? $"answers {(int)answer.StatusCode}"}");
            }
            catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancellation.IsCancellationRequested))
            {
                faults.Add($"{server}: {e.Message}");
            }
        }

        return (null, string.Join("; ", faults));
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    /// <summary>
    /// Of several servers one may be frozen, and keep who asks it waiting: the one that says that it leads comes first, and those that say
    /// nothing are left out, unless none says anything.
    /// </summary>
    async Task<IReadOnlyList<Uri>> LeaderFirstAsync(CancellationToken cancellation)
    {
        if (_servers.Length == 1) return _servers;
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        enough.CancelAfter(FirstWord);
        var asked = _servers.Select(server => (Server: server, Leads: LeadsAsync(server, enough.Token))).ToList();
        await foreach (var leads in Task.WhenEach(asked.Select(one => one.Leads)).ConfigureAwait(false))
            if (await leads.ConfigureAwait(false) == true) break;
        await enough.CancelAsync().ConfigureAwait(false);
        var awake = asked.Where(one => one.Leads is { IsCompletedSuccessfully: true, Result: not null })
            .OrderByDescending(one => one.Leads.Result).Select(one => one.Server).ToList();
        return awake.Count > 0 ? awake : _servers;
    }

    /// <summary>Whether a server leads; null when it does not say.</summary>
    async Task<bool?> LeadsAsync(Uri server, CancellationToken cancellation)
    {
        try
        {
            return await _http.GetStringAsync(new Uri(server, "/health/ready"), cancellation).ConfigureAwait(false) == "leading";
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return null;
        }
    }

    static HttpRequestMessage MessageFor(Uri server, JsonObject request)
    {
        var (job, node) = (Text("job"), Text("node"));
        var (method, path, body) = (string?)request["command"] switch
        {
            "jobs" => (HttpMethod.Get, "jobs", null),
            "job" => (HttpMethod.Get, $"jobs/{job}", null),
            "nodes" => (HttpMethod.Get, "nodes", null),
            "submit" => (HttpMethod.Post, "jobs", request["spec"]),
            "retry" => (HttpMethod.Post, $"jobs/{job}/retry?dropped={((bool?)request["dropped"] ?? false ? "true" : "false")}", null),
            "priority" => (HttpMethod.Patch, $"jobs/{job}", new JsonObject { ["priority"] = (int)request["priority"]! }),
            "drain" => (HttpMethod.Post, $"nodes/{node}/{((bool?)request["draining"] ?? true ? "drain" : "resume")}", null),
            var order => (HttpMethod.Post, $"jobs/{job}/{order}", null),
        };
        var message = new HttpRequestMessage(method, new Uri(server, $"/api/v1/{path}"))
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if ((string?)request["spec"]?["trace"] is { } trace) message.Headers.Add("traceparent", trace);
        return message;

        string Text(string key) => Uri.EscapeDataString((string?)request[key] ?? "");
    }

    static string? DetailOf(string body)
    {
        try
        {
            return (string?)JsonNode.Parse(body)?["detail"];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
