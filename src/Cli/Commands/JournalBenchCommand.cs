using System.CommandLine;
using StyleFarm.Cli.Bench;
using StyleFarm.Cli.Bench.Journal;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm bench journal`: what a coordinator's journal takes.</summary>
static class JournalBenchCommand
{
    const int LargestBatch = 65_536;

    const string Head = " records  appends/s  records/s transitions/s  median ms   p99 ms";

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
        Description = $"Records to an append, 1 to {LargestBatch}: a coordinator writes together what it decided during the append before.",
        HelpName = "N",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [1, 8, 64, 512, 2048],
    };

    public static Command Create()
    {
        var command = new Command("journal", "Time a coordinator's journal: appends of several sizes, a start from the first record.")
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
        var (isJson, batches) = (parsed.GetValue(EngineOptions.Json), parsed.GetValue(Batches)!);
        await using var place = BenchJournal.Create(parsed.GetValue(Journal)!);
        var bench = new JournalBench(place, TimeSpan.FromSeconds(parsed.GetValue(Seconds)), TimeProvider.System);
        await bench.OpenAsync(cancellation);
        if (!isJson) Console.WriteLine(Head);
        foreach (var batch in batches) BenchLine.Print(isJson, await bench.AppendAsync(batch, cancellation), Line);
        if (await bench.CopyAsync(batches.Max(), cancellation) is { } copy) BenchLine.Print(isJson, copy, Line);
        BenchLine.Print(isJson, await bench.ReplayAsync(cancellation), Line);
        return CommandLine.Done;
    }

    static string Line(AppendRate rate) => Row($"{rate.Batch,8} {rate.AppendsPerSecond,10:F0} {rate.RecordsPerSecond,10:F0} ")
        + Row($"{rate.TransitionsPerSecond,13:F0} {rate.MedianMilliseconds,10:F2} {rate.P99Milliseconds,8:F2}");

    static string Line(CopyRate copy) => Row($"{copy.Batch,8} {"COPY",10} {copy.RecordsPerSecond,10:F0}");

    static string Line(ReplayRate start) => Row($"\nstart from {start.Records} records: {start.RecordsPerSecond:F0} a second read and ")
        + Row($"folded, {start.ReadPerSecond:F0} only read; {start.Bytes / 1048576.0:F1} MiB on disk");

    static string Row(FormattableString row) => FormattableString.Invariant(row);
}
