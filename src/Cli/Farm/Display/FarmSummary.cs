using System.Collections.Immutable;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Cli.Stylize.Display;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>What a job came to.</summary>
sealed record FarmSummary
{
    /// <summary>The job.</summary>
    public required JobSpec Job { get; init; }

    /// <summary>Finished in this run.</summary>
    public long Finished { get; init; }

    /// <summary>Finished before.</summary>
    public long Earlier { get; init; }

    /// <summary>Stopped early, in a sweep.</summary>
    public long Stopped { get; init; }

    /// <summary>Given up.</summary>
    public long Failed { get; init; }

    /// <summary>Photos that cannot be used.</summary>
    public long Faulty { get; init; }

    /// <summary>Not at their end, because the job was cancelled.</summary>
    public long Open { get; init; }

    /// <summary>What failed or could not be used, and why; possibly not all of it.</summary>
    public ImmutableArray<FaultyInput> Faults { get; init; } = [];

    /// <summary>How long this run took.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Where the pictures are.</summary>
    public string? Folder { get; init; }

    /// <summary>The page that compares them.</summary>
    public string? Report { get; init; }

    /// <summary>That of a job that has come to its end.</summary>
    public static FarmSummary Of(JobSpec job, FarmOutcome outcome, TimeSpan elapsed) => new()
    {
        Job = job,
        Finished = outcome.Counts.Finished,
        Earlier = outcome.Counts.Earlier,
        Stopped = outcome.Counts.Dropped,
        Failed = outcome.Counts.Failed,
        Faulty = outcome.Counts.Faulty,
        Open = outcome.Counts.Open,
        Faults = outcome.Faults,
        Elapsed = elapsed,
        Folder = DeliverySpec.Of(job)?.Folder,
    };

    /// <summary>0 when all is well, 1 when something failed, could not be used or was cancelled.</summary>
    public int ExitCode => Failed + Faulty + Open > 0 ? CommandLine.SomeFailed : CommandLine.Done;

    /// <summary>One line.</summary>
    public override string ToString()
    {
        var parts = new List<string> { Count(Finished, "picture") + " rendered" };
        if (Earlier > 0) parts.Add($"{Number(Earlier)} finished before");
        if (Stopped > 0) parts.Add($"{Number(Stopped)} stopped early");
        if (Failed > 0) parts.Add($"{Number(Failed)} failed");
        if (Open > 0) parts.Add($"{Number(Open)} not rendered because the job was cancelled");
        if (Faulty > 0) parts.Add(Count(Faulty, Job.Kind == JobKind.Sweep ? "input" : "photo") + " not usable");
        var text = $"{string.Join(", ", parts)}, in {RenderDisplay.Duration(Elapsed.TotalSeconds)}";
        if (Report is not null) text += $"; compare them in {Near(Report)}";
        return Folder is not null ? $"{Near(Folder)}: {text}" : text;
    }

    /// <summary>As a user who stands in the current folder would write it.</summary>
    static string Near(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }

    static string Count(long count, string noun) => $"{Number(count)} {noun}{(count == 1 ? "" : "s")}";

    static string Number(long count) => count.ToString("N0", System.Globalization.CultureInfo.InvariantCulture);
}
