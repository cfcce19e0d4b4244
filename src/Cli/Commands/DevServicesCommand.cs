using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Commands;

/// <summary>
/// `stylefarm dev-services up|down|...`: private servers for development and tests. The work is done by the script of that name.
/// </summary>
static class DevServicesCommand
{
    const string Lesson =
        """
        Servers: rabbitmq (rabbitmq1, rabbitmq2, rabbitmq3 for one node of three), postgres, s3 (OpenStack Swift). None named: all.
        They listen on 127.0.0.1 only, on ports that are free, and keep everything in --dir; several folders can be up at once.

        Examples:
          stylefarm dev-services up                            all three; prints --fabric, --journal and --store for serve and node
          stylefarm dev-services up postgres s3 --json         for scripts
          set -a; . .stylefarm/dev-services/services.env; set +a      the URLs and keys as variables of a shell
          stylefarm dev-services kill rabbitmq                 kill -9, to see what a farm does then; up starts it again
          stylefarm dev-services down
        The first `up` installs the Debian packages, where it may. Should Debian start servers of its own with them, they can be
        switched off: sudo systemctl disable --now rabbitmq-server postgresql 'swift-*'
        """;

    static readonly string[] Names = ["rabbitmq", "rabbitmq1", "rabbitmq2", "rabbitmq3", "postgres", "s3"];

    static readonly Option<string> Dir = new("--dir")
    {
        Description = "The folder that keeps their state, logs and process ids, and services.env.",
        HelpName = "DIR",
        DefaultValueFactory = _ => Path.Combine(".stylefarm", "dev-services"),
    };

    static readonly Option<int?> RabbitNodes = new("--rabbit-nodes")
    {
        Description = "A cluster of three, or one node alone. Default: 1, or what the folder was made for.",
        HelpName = "1|3",
        CustomParser = result =>
        {
            if (result.Tokens[0].Value is "1" or "3") return int.Parse(result.Tokens[0].Value, CultureInfo.InvariantCulture);
            result.AddError($"--rabbit-nodes {result.Tokens[0].Value}: must be 1 or 3");
            return null;
        },
    };

    static readonly Option<int?> PortBase = NumberOption.Optional("--port-base",
        "The first of 12 ports. Default: where 12 are free.", min: 1024, max: 65000);

    public static Command Create()
    {
        var command = new TaughtCommand("dev-services", "Private RabbitMQ, PostgreSQL and S3 servers for development and tests.", Lesson)
        {
            Verb("up", "Start them, and show where they can be reached.", RabbitNodes, PortBase, EngineOptions.Json),
            Verb("down", "Stop them; their state stays."),
            Verb("status", "Show which are up, and where.", EngineOptions.Json),
            Verb("restart", "Stop them in good order and start them again."),
            Verb("kill", "End them with kill -9."),
            Verb("freeze", "Stop their processes where they stand (SIGSTOP)."),
            Verb("thaw", "Let frozen processes go on (SIGCONT)."),
        };
        return command;
    }

    static TaughtCommand Verb(string name, string description, params ReadOnlySpan<Option> options)
    {
        var servers =
            new Argument<string[]>("SERVER") { Description = "rabbitmq, postgres or s3; none: all.", Arity = ArgumentArity.ZeroOrMore };
        servers.WithoutStrayOptions().Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!token.Value.StartsWith('-') && !Names.Contains(token.Value))
                    result.AddError($"{token.Value}: no such server; there are rabbitmq, postgres and s3");
        });
        var command = new TaughtCommand(name, description, Lesson) { servers, Dir };
        foreach (var option in options) command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
            await RunAsync([name, .. parsed.GetValue(servers)!, "--dir", parsed.GetValue(Dir)!, .. Extras(name, parsed)], cancellation));
        return command;
    }

    static IEnumerable<string> Extras(string verb, ParseResult parsed)
    {
        if (verb == "up" && parsed.GetValue(RabbitNodes) is { } nodes) yield return $"--rabbit-nodes={nodes}";
        if (verb == "up" && parsed.GetValue(PortBase) is { } first) yield return $"--port-base={first}";
        if (verb is "up" or "status" && parsed.GetValue(EngineOptions.Json)) yield return "--json";
    }

    // Ctrl-C reaches the script by itself.
    static async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "dev-services", "dev-services.sh");
        try
        {
            using var process = Process.Start(new ProcessStartInfo("bash", [script, .. arguments]))!;
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? CommandLine.Done : CommandLine.BadUsage;
        }
        catch (Win32Exception e)
        {
            throw StyleFarmException.BadUsage($"bash cannot be started ({e.Message}); dev-services needs Debian or a relative of it", e);
        }
    }
}
