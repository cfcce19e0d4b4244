using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.EndToEnd.Tests.Farm;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>What a server makes of jobs that clients of other versions send: <c>POST /api/v1/jobs</c>. It needs no other servers.</summary>
public sealed class SubmittedJobTests : IDisposable
{
    const string Listens = "listens on ";

    readonly FarmStudio _studio = new FarmStudio().WithPhotos("photos/a.png", "photos/b.png");
    readonly HttpClient _http = new();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _studio.Dispose();
    }

    [Fact]
    public async Task A_job_of_a_newer_client_is_taken_on_as_what_is_known_of_it_and_never_rendered_otherwise_than_meant()
    {
        var job = await SentByClientAsync();
        using var server = _studio.Start("serve", "--listen", "http://127.0.0.1:0", "--state", "served", "--weights", "seeded:1",
            "--threads", "1", "--device", "cpu");
        var line = await server.ReadUntilAsync(line => line.Contains(Listens, StringComparison.Ordinal));
        Assert.NotNull(line);
        var jobs = new Uri(line[(line.IndexOf(Listens, StringComparison.Ordinal) + Listens.Length)..] + "/api/v1/jobs");

        await RefusedAsync(jobs, With(job, recipe => recipe["recipe"]!["sparkle"] = 1), "sparkle");
        await RefusedAsync(jobs, With(job, lacking => lacking.Remove("weights_hash")), "weights_hash");
        await RefusedAsync(jobs, With(job, odd => odd["kind"] = "opera"), "kind");
        await RefusedAsync(jobs, With(job, odd => odd["priority"] = "high"), "priority");
        await RefusedAsync(jobs, new JsonArray(1), "no JSON object");
        Assert.Empty((await SeenAsync(jobs))["jobs"]!.AsArray());

        var newer = With(job, more =>
        {
            more["budget"] = new JsonObject { ["euros"] = 12.5, ["until"] = new JsonArray("monday", null) };
            more["source"]!["watermark"] = true;
        });
        using var taken = await _http.PostAsync(jobs, Body(newer), Stop);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync(Stop));

        await ClusterStudio.UntilAsync(server, $"job {job["id"]}: done");
        var shown = await SeenAsync(new Uri($"{jobs}/{job["id"]}"));
        Assert.Equal((2, 0), ((int)shown["finished"]!, (int)shown["failed"]!));
        Assert.Equal(2, _studio.Files("out", "*.png").Length);
        server.Signal("TERM");
        Assert.Equal(0, (await server.EndAsync()).Code);
    }

    /// <summary>What `stylefarm submit` sends.</summary>
    async Task<JsonObject> SentByClientAsync()
    {
        using var port = new TcpListener(IPAddress.Loopback, 0);
        port.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)port.LocalEndpoint).Port}/";
        port.Stop();
        using var listener = new HttpListener { Prefixes = { url } };
        listener.Start();
        using var submit = _studio.Start(["submit", .. FarmStudio.Batch(), "--server", url]);
        var context = await listener.GetContextAsync();
        Assert.Equal(("POST", "/api/v1/jobs"), (context.Request.HttpMethod, context.Request.Url!.AbsolutePath));
        var job = (await JsonNode.ParseAsync(context.Request.InputStream, cancellationToken: Stop))!.AsObject();
        context.Response.OutputStream.Write("""{"ok":true}"""u8);
        context.Response.Close();
        (await submit.EndAsync()).Succeeds();
        return job;
    }

    async Task RefusedAsync(Uri jobs, JsonNode body, string named)
    {
        using var answer = await _http.PostAsync(jobs, Body(body), Stop);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Stop))!;
        Assert.Equal(
            (HttpStatusCode.BadRequest, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains(named, (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', (string)problem["detail"]!);
    }

    static JsonObject With(JsonObject job, Action<JsonObject> change)
    {
        var copy = job.DeepClone().AsObject();
        change(copy);
        return copy;
    }

    async Task<JsonNode> SeenAsync(Uri url) => JsonNode.Parse(await _http.GetStringAsync(url, Stop))!;

    static StringContent Body(JsonNode body) => new(body.ToJsonString(), Encoding.UTF8, "application/json");
}
