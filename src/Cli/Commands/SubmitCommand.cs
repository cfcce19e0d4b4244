using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Control;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Cli.Farm.Serving;
using StyleFarm.Cli.Farm.Telemetry;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm submit batch|sweep ... --server URL`: hands a job to a farm that runs.</summary>
static class SubmitCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm submit batch photos --style starry.jpg --out painted --server http://127.0.0.1:7878
          stylefarm submit sweep grid.yaml --out grid --wait
          stylefarm submit batch urgent.jpg --style starry.jpg --out painted --priority 90       takes nodes at their next checkpoint

        The farm reads the photos, and writes the pictures, on the machine of the server that leads. The same job is known again: what is
        finished is not rendered twice.
        """;

    static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    static readonly Option<bool> Wait = new("--wait") { Description = "Stay until the job is done; exit code 1 when some of its cells failed." };

    public static Command Create()
    {
        var batch = BatchCommand.Define();
        batch.SetAction((parsed, cancellation) =>
            RunAsync(BatchCommand.Read(parsed, Environment.CurrentDirectory, new DiskFolders()), parsed, TimeProvider.System, cancellation));
        var sweep = SweepCommand.Define();
        sweep.SetAction((parsed, cancellation) =>
            RunAsync(SweepCommand.Read(parsed, Environment.CurrentDirectory), parsed, TimeProvider.System, cancellation));
        var command = new TaughtCommand("submit", "Hand a batch or a sweep to a farm that runs.", Lesson) { batch, sweep };
        foreach (var kind in new[] { batch, sweep })
        {
            kind.Add(ServiceOptions.Server);
            kind.Add(ServiceOptions.Otlp);
            kind.Add(Wait);
        }

        return command;
    }

    static async Task<int> RunAsync(FarmRequest request, ParseResult parsed, TimeProvider clock, CancellationToken cancellation)
    {
        if (request.IsDryRun || request.IsEstimate)
            throw StyleFarmException.BadUsage("--dry-run and --estimate are of `stylefarm batch` and `stylefarm sweep`; leave `submit` out");
        if (request is SweepRequest { Promote: not null })
            throw StyleFarmException.BadUsage("a promotion is rendered by `stylefarm sweep`; submit the sweep without it");
        var servers = ServiceOptions.ServersOf(parsed)
            ?? throw StyleFarmException.BadUsage("--server: say where the farm is, such as http://127.0.0.1:7878 (or set STYLEFARM_SERVER)");
        var settings = ServeSettings.Load(null, Environment.GetEnvironmentVariable);
        var otlp = OtlpEndpoint.Read(settings.FindOtlp(parsed.GetValue(ServiceOptions.Otlp)), Environment.GetEnvironmentVariable);
        var weights = WeightsSource.Resolve(request.Weights, WeightsCache.Default(clock)).Weights;
        var job = request.ToJob(weights.Identity);
        using var client = new HttpControlClient(servers, ServiceOptions.Token);
        await using var export = OtlpExport.Start(
            otlp, "stylefarm-submit", $"{Environment.ProcessId}", clock, line => Console.Error.WriteLine($"stylefarm: {line}"));
        var submitted = await HandOverAsync(client, job, cancellation);
        Tell(request, job.Id, "submitted", new JsonObject { ["event"] = "submitted", ["job"] = job.Id.ToString() });
        if (!parsed.GetValue(Wait)) return CommandLine.Done;
        var waiting = JobTrace.Wait(submitted, job.Id);
        try
        {
            return await WaitAsync(client, request, job.Id, clock, cancellation);
        }
        finally
        {
            waiting.End();
        }
    }

    static async Task<Activity?> HandOverAsync(HttpControlClient client, JobSpec job, CancellationToken cancellation)
    {
        var (span, traced) = JobTrace.Submit(job);
        try
        {
            var spec = JsonSerializer.SerializeToNode(traced, WireJson.Options);
            await client.AskAsync(new JsonObject { ["command"] = "submit", ["spec"] = spec }, cancellation);
            return span;
        }
        catch (StyleFarmException e)
        {
            span.Fail(e.Message);
            throw;
        }
        finally
        {
            span.End();
        }
    }

    static async Task<int> WaitAsync(HttpControlClient client, FarmRequest request, JobId job, TimeProvider clock, CancellationToken cancellation)
    {
        var last = "";
        for (var away = false; ; await Task.Delay(Glance, clock, cancellation))
        {
            var (answer, reason) = await client.TryAskAsync(new JsonObject { ["command"] = "job", ["job"] = job.ToString() }, cancellation);
            if (answer is null)
            {
                if (!away) Console.Error.WriteLine($"stylefarm: waiting for the farm: {reason}");
                away = true;
                continue;
            }

            away = false;
            var (finished, failed) = (Count("finished") + Count("earlier"), Count("failed") + Count("faulty"));
            var (status, found) = ((string)answer["status"]!, Count("found"));
            var line = $"{status}: {finished} of {found} finished"
                + (Count("dropped") is > 0 and var dropped ? $", {dropped} stopped early" : "") + (failed > 0 ? $", {failed} failed" : "");
            if (line != last) Tell(request, job, line, (JsonObject)answer.DeepClone());
            last = line;
            if (status is not ("done" or "cancelled")) continue;
            foreach (var fault in answer["faults"]!.AsArray()) Console.Error.WriteLine($"{fault!["input"]}: {fault["reason"]}");
            return failed > 0 || status == "cancelled" ? CommandLine.SomeFailed : CommandLine.Done;

            long Count(string key) => (long)answer[key]!;
        }
    }

    static void Tell(FarmRequest request, JobId job, string line, JsonObject details) =>
        Console.WriteLine(request.Json ? details.ToJsonString() : $"job {job}: {line}");
}
