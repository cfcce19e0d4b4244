using System.CommandLine;
using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Cli.Farm.Serving;
using StyleFarm.Cli.Farm.Telemetry;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm serve [options]`: a coordinator that others send jobs to.</summary>
static class ServeCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm serve                                       one machine: coordinator and a node, journal and store in .stylefarm
          stylefarm dev-services up && set -a && . .stylefarm/dev-services/services.env && set +a
          stylefarm serve --name one --listen http://127.0.0.1:7001        with RabbitMQ, PostgreSQL and S3 from the variables
          stylefarm serve --name two --listen http://127.0.0.1:7002        stands by, and leads when the first is gone
          stylefarm serve --name one --nodes 2                  renders too, with two nodes of its own
          stylefarm node --name gpu-1                           as many as there are devices, on any machine
          stylefarm submit sweep grid.yaml --out grid --server http://127.0.0.1:7001,http://127.0.0.1:7002 --wait

        Of several servers one leads; the others stand by. Photos are read, and pictures written, on the machine of the one that leads: give
        all of them the same folders. Ctrl-C or SIGTERM ends it in order: its own node leaves its work at checkpoints, the lead is given up.
        """;

    static readonly Option<string?> Listen = new("--listen")
    {
        Description = "Where the HTTP API listens (STYLEFARM_LISTEN). Beyond this machine only with STYLEFARM_TOKEN set. Default: http://127.0.0.1:7878",
        HelpName = "URL",
    };

    static readonly Option<int?> Nodes = NumberOption.Optional("--nodes",
        "Render in this process too, with so many nodes: each with its share of the cores (or --threads) or a GPU of its own. "
        + "Default: one on a farm that has no broker, else none.", min: 1, max: 64);

    public static Command Create()
    {
        var command = new TaughtCommand("serve", "Coordinate a farm that takes jobs from others, on one machine or many.", Lesson)
        {
            ServiceOptions.Config, Listen, ServiceOptions.Fabric, ServiceOptions.Journal, ServiceOptions.Store, ServiceOptions.Name,
            ServiceOptions.Otlp, Nodes, EngineOptions.State, EngineOptions.Weights, EngineOptions.Device, EngineOptions.Threads,
            EngineOptions.Json,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, TimeProvider.System, cancellation));
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, TimeProvider clock, CancellationToken cancellation)
    {
        var settings = ServeSettings.Load(parsed.GetValue(ServiceOptions.Config), Environment.GetEnvironmentVariable);
        var state = Path.GetFullPath(parsed.GetValue(EngineOptions.State)!);
        var faults = new List<string>();
        var at = ServiceAddresses.Parse(
            settings.Find("fabric", parsed.GetValue(ServiceOptions.Fabric)) ?? ServiceAddresses.Local,
            settings.Find("journal", parsed.GetValue(ServiceOptions.Journal)) ?? $"sqlite:{Path.Combine(state, "farm.db")}",
            settings.Find("store", parsed.GetValue(ServiceOptions.Store)) ?? $"dir:{state}", faults);
        var token = settings.Find("token");
        var listen = ServeSettings.ReadListen(settings.Find("listen", parsed.GetValue(Listen)) ?? "http://127.0.0.1:7878", token, faults);
        var otlp = OtlpEndpoint.Read(settings.FindOtlp(parsed.GetValue(ServiceOptions.Otlp)), Environment.GetEnvironmentVariable, faults);
        if (faults.Count > 0) throw StyleFarmException.BadUsage(string.Join("; ", faults));

        var name = settings.Find("name", parsed.GetValue(ServiceOptions.Name)) ?? ServiceOptions.StandardName("");
        var log = new ServerLog(Console.Out, clock, parsed.GetValue(EngineOptions.Json));
        using var held = StateLock.Acquire(state);
        await using var export = OtlpExport.Start(otlp, "stylefarm-serve", name, clock, log.Warn);
        if (export is not null) log.Info($"traces and metrics: {otlp!.Authority}");
        await using var services = await FarmServices.OpenAsync(at, $"stylefarm serve {name}", clock, log, cancellation);
        await using var term = new ServerTerm(at, clock, log.Warn);
        var nodes = NodesOf(parsed, at.Broker is null ? null : name, state, services, clock, log);
        var server = new FarmServer(name, state, services, term, clock, log) { Nodes = nodes };
        await using var front = await HttpFront.StartAsync(listen!, token, server, services, term.LeaderAsync);
        log.Info($"listens on {front.Url}");
        try
        {
            await server.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            log.Info($"{name} has ended in order");
        }

        return CommandLine.Done;
    }

    /// <summary>Without a broker, and so without a name, nobody else can render.</summary>
    static IReadOnlyList<IFarmNode> NodesOf(
        ParseResult parsed, string? name, string state, FarmServices services, TimeProvider clock, ServerLog log)
    {
        var count = parsed.GetValue(Nodes);
        if (count is null && name is not null) return [];
        var node = NodeCommand.ReadName("--name", name ?? "local");
        var asked = parsed.GetValue(EngineOptions.Device)!;
        var device = EngineChoice.Read(asked, "fp32").Device;
        var threads = parsed.GetValue(EngineOptions.Threads);
        var (weights, notice) = WeightsSource.Resolve(parsed.GetValue(EngineOptions.Weights)!, WeightsCache.Default(clock));
        if (notice is not null) log.Info(notice);
        IEnumerable<LocalNodeParts> crew = count is { } several
            ? OwnNodes.Crew(several, node, asked == "auto" ? null : device, threads, weights)
            : [new LocalNodeParts(node, device, threads ?? Environment.ProcessorCount, Sharers: 1, weights)];
        return [.. crew.Select(parts =>
        {
            log.Info($"node {parts.Node} renders on {parts.Device}");
            return LocalNode.Of(parts, state, services.Store, services.Fabric, clock, log.Info);
        })];
    }
}
