using System.CommandLine;
using StyleFarm.Backends.Cluster;
using StyleFarm.Cli.Bench;
using StyleFarm.Cli.Bench.Fabric;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm bench fabric`: what a broker carries.</summary>
static class FabricBenchCommand
{
    static readonly Option<string> Fabric = new("--fabric")
    {
        Description = "The broker: amqp://user:password@host:port/vhost. What is measured stands beside a farm there and is removed again.",
        HelpName = "URL",
        Required = true,
    };

    static readonly Option<int> Messages =
        NumberOption.WithDefault("--messages", "Messages to each measurement.", min: 100, max: 1_000_000, standard: 5000);

    static readonly Option<int[]> Windows = new("--window")
    {
        Description = "Messages on their way that the broker has not confirmed yet, 1 to 65535.",
        HelpName = "N",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 16, 64, 256, 1024],
    };

    public static Command Create()
    {
        var command = new Command("fabric", "Time messages over a RabbitMQ broker: how many a second, and how long one takes.")
        {
            Fabric, Messages, Windows, EngineOptions.Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            foreach (var window in parsed.GetValue(Windows)!)
                if (window is < 1 or > 65535) throw StyleFarmException.BadUsage($"--window {window}: from 1 to 65535");
            var address = RabbitAddress.Parse(parsed.GetValue(Fabric)!) with { Farm = $"bench-{Environment.ProcessId}" };
            var bench = new FabricBench(address, parsed.GetValue(Messages), TimeProvider.System);
            try
            {
                await RunAsync(bench, parsed.GetValue(Windows)!, parsed.GetValue(EngineOptions.Json), cancellation);
            }
            finally
            {
                await bench.CleanAsync();
            }

            return CommandLine.Done;
        });
        return command;
    }

    static async Task RunAsync(FabricBench bench, int[] windows, bool isJson, CancellationToken cancellation)
    {
        var header = isJson ? null : $"{"to",-12} {"window",6} {"confirmed/s",12} {"delivered/s",12}\n";
        foreach (var window in windows)
            foreach (var rate in await bench.RatesAsync(window, cancellation))
            {
                Console.Write(header);
                header = null;
                BenchLine.Print(isJson, rate, Line);
            }

        var trip = await bench.RoundTripsAsync(windows.Max(), cancellation);
        BenchLine.Print(isJson, trip, Line);
    }

    static string Line(FabricRate rate) => FormattableString.Invariant($"{rate.To,-12} {rate.Window,6} ")
        + FormattableString.Invariant($"{rate.ConfirmedPerSecond,12:F0} {rate.DeliveredPerSecond,12:F0}");

    static string Line(FabricRoundTrip trip) => $"\nTell → Receive and back, one at a time, {trip.Count} times: "
        + FormattableString.Invariant($"median {trip.MedianMilliseconds:F2} ms, p99 {trip.P99Milliseconds:F2} ms, ")
        + FormattableString.Invariant($"longest {trip.MaxMilliseconds:F2} ms");
}
