using System.CommandLine;
using System.Text.Json;
using StyleFarm.Cli.Bench;
using StyleFarm.Cli.Bench.Journal;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm bench journal`: what a coordinator's journal takes.</summary>
static class JournalBenchCommand
{
    const int LargestBatch = 65_536;

    static readonly JsonSerializerOptions Lines = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    static readonly Option<string> Journal = new("--journal")
    {
        Description = "The journal. It is a new one, beside any that is there, and is removed again.",
        HelpName = "sqlite[:FOLDER]|postgres://USER:PASSWORD@HOST/DB",
        Required = true,
    };

    static readonly Option<int> Seconds =
        NumberOption.WithDefault("--seconds", "How long to append at each size.", min: 1, max: 600, standard: 3);

    static readonly Option<int[]> Batches = new("--batch")
    {
        Description = $"Records to an append, 1 to {LargestBatch}. A coordinator writes together what was decided during the append before.",
        HelpName = "N",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 8, 64, 512, 2048],
    };

    public static Command Create()
    {
        var command = new Command("journal", "Time the coordinator's journal: appends of several sizes, and a start from the first record.")
        {
            Journal, Seconds, Batches, EngineOptions.Json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            foreach (var batch in parsed.GetValue(Batches)!)
                if (batch is < 1 or > LargestBatch) throw StyleFarmException.BadUsage($"--batch {batch}: from 1 to {LargestBatch}");
            return await JournalFault.ToldAsync(RunAsync(parsed, cancellation));
        });
        return command;
    }

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var isJson = parsed.GetValue(EngineOptions.Json);
        await using var place = BenchJournal.Create(parsed.GetValue(Journal)!);
        var bench = new JournalBench(place, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), TimeProvider.System);
        await bench.OpenAsync(cancellation);
        if (!isJson) Console.WriteLine($"{"records",8} {"appends/s",10} {"records/s",10} {"transitions/s",13} {"median ms",10} {"p99 ms",8}");
        foreach (var batch in parsed.GetValue(Batches)!)
        {
            var rate = await bench.AppendAsync(batch, cancellation);
            Say(isJson, rate, FormattableString.Invariant($"{batch,8} {rate.AppendsPerSecond,10:F0} {rate.RecordsPerSecond,10:F0} ")
                + FormattableString.Invariant($"{rate.TransitionsPerSecond,13:F0} {rate.MedianMilliseconds,10:F2} {rate.P99Milliseconds,8:F2}"));
        }

        if (await bench.CopyAsync(parsed.GetValue(Batches)!.Max(), cancellation) is { } copy)
            Say(isJson, copy, FormattableString.Invariant($"{copy.Batch,8} {"COPY",10} {copy.RecordsPerSecond,10:F0}"));
        var replay = await bench.ReplayAsync(cancellation);
        Say(isJson, replay, FormattableString.Invariant($"\nstart from {replay.Records} records: {replay.RecordsPerSecond:F0} a second read ")
            + FormattableString.Invariant($"and folded, {replay.ReadPerSecond:F0} only read; {replay.Bytes / 1048576.0:F1} MiB on disk"));
        return CommandLine.Done;
    }

    static void Say<T>(bool isJson, T figures, string line) => Console.WriteLine(isJson ? JsonSerializer.Serialize(figures, Lines) : line);
}
