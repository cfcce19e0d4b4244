using System.CommandLine;
using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Cli.Farm.Serving;
using StyleFarm.Cli.Farm.Telemetry;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm node [options]`: renders for a farm, on this machine; or as a child of `batch --nodes`.</summary>
static class NodeCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm node --fabric amqp://farm:secret@broker/ --store 's3://farm?endpoint=http://minio:9000' --name gpu-1
          stylefarm node --device cuda:1 --name gpu-2           with STYLEFARM_FABRIC and STYLEFARM_STORE set; one node for each device

        Ctrl-C or SIGTERM: it leaves its work at checkpoints, which other nodes go on from, and ends within a minute.
        """;

    static readonly Option<string?> ParentPipe = new("--parent-pipe")
    {
        Description = "Be this node of the farm that speaks over standard input and output.",
        HelpName = "NAME",
        Hidden = true,
    };

    static readonly Option<int> Sharers = NumberOption.WithDefault("--sharers",
        "How many nodes share the memory of the device.", min: 1, max: 64, standard: 1);

    public static Command Create()
    {
        var command = new TaughtCommand("node", "Render for a farm that is coordinated elsewhere.", Lesson)
        {
            ServiceOptions.Config, ServiceOptions.Fabric, ServiceOptions.Store, ServiceOptions.Name, ServiceOptions.Otlp, ParentPipe, Sharers, EngineOptions.State,
            EngineOptions.Weights, EngineOptions.Device, EngineOptions.Threads, EngineOptions.Json,
        };
        // A child is not cancelled by Ctrl-C: the farm hears it too, and says when to leave.
        command.SetAction((parsed, cancellation) => parsed.GetValue(ParentPipe) is { } child
            ? RunChildAsync(parsed, child, TimeProvider.System)
            : RunAsync(parsed, TimeProvider.System, cancellation));
        return command;
    }

    static async Task<int> RunChildAsync(ParseResult parsed, string child, TimeProvider clock)
    {
        var node = ReadName("--parent-pipe", child);
        await using var process = new ChildProcess(new ChildNode(node, []), clock);
        var state = parsed.GetValue(EngineOptions.State)!;
        var (parts, _) = Parts(parsed, node, clock);
        var store = new WatchedStore(new DirectoryObjectStore(state), clock);
        await process.RunAsync(LocalNode.Of(parts, state, store, process.Fabric, clock, ChildProcess.Notice), store);
        return CommandLine.Done;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider clock, CancellationToken cancellation)
    {
        var settings = ServeSettings.Load(parsed.GetValue(ServiceOptions.Config), Environment.GetEnvironmentVariable);
        var faults = new List<string>();
        var (fabric, store) = (settings.Find("fabric", parsed.GetValue(ServiceOptions.Fabric)), settings.Find("store", parsed.GetValue(ServiceOptions.Store)));
        if (fabric is null or ServiceAddresses.Local) faults.Add("--fabric: say where the farm's broker is, such as amqp://USER:PASSWORD@HOST/ (or set STYLEFARM_FABRIC)");
        if (store is null) faults.Add("--store: say where the farm's pictures are, such as s3://BUCKET?endpoint=URL (or set STYLEFARM_STORE)");
        var otlp = OtlpEndpoint.Read(settings.FindOtlp(parsed.GetValue(ServiceOptions.Otlp)), Environment.GetEnvironmentVariable, faults);
        var at = faults.Count > 0 ? null : ServiceAddresses.Parse(fabric!, null, store!, faults);
        if (faults.Count > 0) throw StyleFarmException.BadUsage(string.Join("; ", faults));

        var device = parsed.GetValue(EngineOptions.Device)!;
        var node = ReadName("--name", settings.Find("name", parsed.GetValue(ServiceOptions.Name))
            ?? ServiceOptions.StandardName(device.StartsWith("cuda:", StringComparison.Ordinal) ? $"-{device.Replace(':', '-')}" : ""));
        var log = new ServerLog(Console.Out, clock, parsed.GetValue(EngineOptions.Json));
        var (parts, notice) = Parts(parsed, node, clock);
        if (notice is not null) log.Info(notice);
        var state = Path.Combine(Path.GetFullPath(parsed.GetValue(EngineOptions.State)!), "nodes", node.ToString());
        using var held = StateLock.Acquire(state);
        await using var export = OtlpExport.Start(otlp, "stylefarm-node", node.ToString(), clock, log.Warn);
        if (export is not null) log.Info($"traces and metrics: {otlp!.Authority}");
        await using var services = await FarmServices.OpenAsync(at!, $"stylefarm node {node}", clock, log, cancellation);
        var system = FarmSystem.Create("stylefarm", clock, log.Warn);
        var around = new NodeSurroundings(system, services.Fabric, clock, log.Info, log.Warn, fault => log.Warn(fault.Message));
        await using var running = LocalNode.Of(parts, state, services.Store, services.Fabric, clock, log.Info).Start(around);
        log.Info($"node {node} renders on {parts.Device}");
        var ended = new TaskCompletionSource();
        await using (cancellation.Register(ended.SetResult)) await ended.Task;
        log.Info($"node {node} leaves its work at checkpoints");
        await running.LeaveAsync();
        await system.Terminate();
        log.Info($"node {node} has ended in order");
        return CommandLine.Done;
    }

    static (LocalNodeParts Parts, string? Notice) Parts(ParseResult parsed, NodeId node, TimeProvider clock)
    {
        var threads = parsed.GetValue(EngineOptions.Threads);
        var engine = EngineChoice.Read(parsed.GetValue(EngineOptions.Device)!, "fp32");
        EngineChoice.UseThreads(threads);
        var (weights, notice) = WeightsSource.Resolve(parsed.GetValue(EngineOptions.Weights)!, WeightsCache.Default(clock));
        return (new LocalNodeParts(node, engine.Device, threads ?? Environment.ProcessorCount, parsed.GetValue(Sharers), weights), notice);
    }

    /// <summary>Reads a node's name.</summary>
    /// <exception cref="StyleFarmException">BadUsage: it has another form.</exception>
    public static NodeId ReadName(string option, string text)
    {
        try
        {
            return new NodeId(text);
        }
        catch (ArgumentException e)
        {
            throw StyleFarmException.BadUsage($"{option} {text}: {e.Message}", e);
        }
    }
}
