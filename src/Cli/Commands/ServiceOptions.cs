using System.CommandLine;

namespace StyleFarm.Cli.Commands;

/// <summary>Options of the processes of a farm that spans machines, and of those that speak with it.</summary>
static class ServiceOptions
{
    public static readonly Option<string?> Config = new("--config")
    {
        Description = "A YAML file with fabric, journal, store, listen, name, state and otlp. Options and STYLEFARM_... variables go before it.",
        HelpName = "FILE",
    };

    public static readonly Option<string?> Fabric = new("--fabric")
    {
        Description = "What carries messages: local, or RabbitMQ (STYLEFARM_FABRIC).",
        HelpName = "local|amqp://USER:PASSWORD@HOST/VHOST",
    };

    public static readonly Option<string?> Journal = new("--journal")
    {
        Description = "Where the farm keeps what happened (STYLEFARM_JOURNAL).",
        HelpName = "sqlite:PATH|postgres://USER:PASSWORD@HOST/DB",
    };

    public static readonly Option<string?> Store = new("--store")
    {
        Description = "Where pictures and checkpoints are (STYLEFARM_STORE); keys of S3 in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        HelpName = "dir:PATH|s3://BUCKET/PREFIX?endpoint=URL",
    };

    public static readonly Option<string?> Name = new("--name")
    {
        Description = "What this process is called, unlike any other of the farm (STYLEFARM_NAME). Default: the name of the machine.",
        HelpName = "NAME",
    };

    public static readonly Option<string?> Server = new("--server")
    {
        Description = "The farm's servers, separated by commas (STYLEFARM_SERVER; a token in STYLEFARM_TOKEN). Default: the farm on --state.",
        HelpName = "URL,...",
    };

    public static readonly Option<string?> Otlp = new("--otlp")
    {
        Description =
            "A collector of OpenTelemetry that traces and metrics go to (STYLEFARM_OTLP, OTEL_EXPORTER_OTLP_ENDPOINT). Default: none.",
        HelpName = "URL",
    };

    /// <summary>The servers to speak with; null when there are none.</summary>
    public static string? ServersOf(ParseResult parsed) => parsed.GetValue(Server) is { Length: > 0 } given ? given
        : Environment.GetEnvironmentVariable("STYLEFARM_SERVER") is { Length: > 0 } variable ? variable : null;

    /// <summary>What servers ask for.</summary>
    public static string? Token => Environment.GetEnvironmentVariable("STYLEFARM_TOKEN") is { Length: > 0 } token ? token : null;

    /// <summary>A name that the fabric can carry: the machine's, if it is one.</summary>
    public static string StandardName(string suffix) =>
        string.Concat(Environment.MachineName.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-') + suffix;
}
