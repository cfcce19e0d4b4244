using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StyleFarm.Cli.Farm.Telemetry;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>
/// The farm over HTTP, below <c>/api/v1</c>: JSON in and out, errors as problem details (RFC 9457). A server that stands by answers 503 and
/// names the one that leads. With a token, every request but those for its health must carry it as <c>Authorization: Bearer</c>.
/// </summary>
sealed class HttpFront : IAsyncDisposable
{
    /// <summary>How long an answer that is under way holds up the end.</summary>
    static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    readonly WebApplication _app;
    readonly FarmServer _server;
    readonly FarmServices _services;
    readonly Func<CancellationToken, Task<string?>> _leader;

    HttpFront(WebApplication app, FarmServer server, FarmServices services, Func<CancellationToken, Task<string?>> leader)
    {
        (_app, _server, _services, _leader) = (app, server, services, leader);
        Map();
    }

    /// <summary>Where it listens; the port is known even when 0 was asked for.</summary>
    public string Url => _app.Urls.First();

    /// <summary>Begins to listen.</summary>
    /// <exception cref="StyleFarmException">BadInput: somebody listens there already.</exception>
    public static async Task<HttpFront> StartAsync(
        Uri listen, string? token, FarmServer server, FarmServices services, Func<CancellationToken, Task<string?>> leader)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.Services.AddProblemDetails();
        var app = builder.Build();
        if (token is not null)
            app.Use((context, next) => IsAllowed(context, token)
                ? next(context)
                : Problem(401, "a token is needed: Authorization: Bearer TOKEN").ExecuteAsync(context));
        var front = new HttpFront(app, server, services, leader);
        try
        {
            await app.StartAsync().ConfigureAwait(false);
            return front;
        }
        catch (IOException e)
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw StyleFarmException.BadInput($"--listen {listen}: {e.Message}; is another server running?", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(Farewell).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    static bool IsAllowed(HttpContext context, string token) => context.Request.Path.StartsWithSegments("/health")
        || CryptographicOperations.FixedTimeEquals(Hash(context.Request.Headers.Authorization.ToString()), Hash($"Bearer {token}"));

    static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    void Map()
    {
        _app.MapGet("/health/live", () => Results.Text("alive"));
        _app.MapGet("/health/ready", () => _services.IsConnected
            ? Results.Text(_server.Desk is null ? "standing by" : "leading")
            : Problem(503, "the broker cannot be reached"));
        var api = _app.MapGroup("/api/v1");
        api.MapGet("/jobs", (CancellationToken stop) => Ask("jobs", [], stop));
        api.MapGet("/jobs/{id}", (string id, CancellationToken stop) => Ask("job", [("job", id)], stop));
        api.MapPost("/jobs", async (HttpRequest request, CancellationToken stop) => await Body(request, stop).ConfigureAwait(false) is { } spec
            ? await SubmitAsync(request, spec, stop).ConfigureAwait(false)
            : Problem(400, "the body is no JSON object: send a job's specification"));
        foreach (var order in new[] { "pause", "resume", "cancel" })
            api.MapPost($"/jobs/{{id}}/{order}", (string id, CancellationToken stop) => Ask(order, [("job", id)], stop));
        api.MapPost("/jobs/{id}/retry", (string id, bool? dropped, CancellationToken stop) =>
            Ask("retry", [("job", id), ("dropped", dropped ?? false)], stop));
        api.MapPatch("/jobs/{id}", async (string id, HttpRequest request, CancellationToken stop) =>
            (await Body(request, stop).ConfigureAwait(false))?["priority"] is JsonValue value && value.TryGetValue<int>(out var priority)
                ? await Ask("priority", [("job", id), ("priority", priority)], stop).ConfigureAwait(false)
                : Problem(400, "the body names no priority: send {\"priority\": 0 to 100}"));
        api.MapGet("/nodes", (CancellationToken stop) => Ask("nodes", [], stop));
        api.MapPost("/nodes/{id}/drain", (string id, CancellationToken stop) => Ask("drain", [("node", id), ("draining", true)], stop));
        api.MapPost("/nodes/{id}/resume", (string id, CancellationToken stop) => Ask("drain", [("node", id), ("draining", false)], stop));
    }

    async Task<IResult> SubmitAsync(HttpRequest request, JsonObject spec, CancellationToken stop)
    {
        var span = JobTrace.Receive(request, spec);
        var answer = await Ask("submit", [("spec", spec)], stop).ConfigureAwait(false);
        JobTrace.Answered(span, (answer as IStatusCodeHttpResult)?.StatusCode ?? 200);
        return answer;
    }

    async Task<IResult> Ask(string command, (string Key, JsonNode Value)[] more, CancellationToken stop)
    {
        if (_server.Desk is not { } desk)
        {
            var leader = await _leader(stop).ConfigureAwait(false);
            return Problem(503, leader is null ? "this server stands by" : $"this server stands by; {leader} leads");
        }

        var request = new JsonObject { ["command"] = command };
        foreach (var (key, value) in more) request[key] = value;
        try
        {
            var answer = await desk.Answer(request).ConfigureAwait(false);
            return answer["error"] is { } error ? Problem(409, (string)error!) : Results.Text(answer.ToJsonString(), "application/json");
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return Problem(400, e.Message.Split('\n')[0]);
        }
        catch (ArgumentException e)
        {
            return Problem(404, e.Message.Split('\n')[0]);
        }
        catch (Exception e) when (e is AskTimeoutException or OperationCanceledException)
        {
            return Problem(503, "the coordinator does not answer for now");
        }
    }

    static async Task<JsonObject?> Body(HttpRequest request, CancellationToken stop)
    {
        try
        {
            return await JsonNode.ParseAsync(request.Body, cancellationToken: stop).ConfigureAwait(false) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    static IResult Problem(int status, string detail) =>
        Results.Problem(detail, statusCode: status, title: ((HttpStatusCode)status).ToString());
}
