using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using StyleFarm.Cli.Farm.Control;

namespace StyleFarm.Cli.Tests.Farm.Control;

public sealed class HttpControlClientTests : IAsyncLifetime
{
    static readonly JsonObject Question = new() { ["command"] = "jobs" };

    // Takes connections and says nothing, as a frozen process does.
    readonly TcpListener _frozen = new(IPAddress.Loopback, 0);
    readonly List<WebApplication> _servers = [];

    public ValueTask InitializeAsync()
    {
        _frozen.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
        _frozen.Dispose();
    }

    [Fact]
    public async Task The_server_that_leads_is_asked_though_one_before_it_is_frozen()
    {
        var (standby, leader) = (await ServerAsync(leads: false), await ServerAsync(leads: true));
        using var client = new HttpControlClient($"http://{_frozen.LocalEndpoint},{standby},{leader}", token: null);

        Assert.Equal("yes", (string?)(await AskAsync(client)).Answer?["leads"]);
    }

    [Fact]
    public async Task Where_none_leads_and_one_is_frozen_the_others_say_so()
    {
        var standby = await ServerAsync(leads: false);
        using var client = new HttpControlClient($"http://{_frozen.LocalEndpoint},{standby}", token: null);

        var (answer, away) = await AskAsync(client);

        Assert.Null(answer);
        Assert.Contains("stands by", away, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task A_server_that_breaks_or_has_gone_behind_its_proxy_is_as_good_as_away(int status)
    {
        using var client = new HttpControlClient(await ServerAsync(leads: true, status), token: null);

        var (answer, away) = await AskAsync(client);

        Assert.Null(answer);
        Assert.Contains($"answers {status}", away, StringComparison.Ordinal);
    }

    static async Task<(JsonObject? Answer, string Away)> AskAsync(HttpControlClient client)
    {
        // Far less than the patience with a server that says nothing.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        return await client.TryAskAsync(Question, limit.Token);
    }

    async Task<string> ServerAsync(bool leads, int? broken = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.MapGet("/health/ready", () => leads ? "leading" : "standing by");
        if (broken is { } status) server.MapGet("/api/v1/jobs", () => Results.StatusCode(status));
        else server.MapGet("/api/v1/jobs", () => leads ? Results.Json(new { leads = "yes" }) : Results.Problem("this server stands by", statusCode: 503));
        await server.StartAsync(TestContext.Current.CancellationToken);
        _servers.Add(server);
        return server.Urls.First();
    }
}
