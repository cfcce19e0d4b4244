using System.Collections.Immutable;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>How a job stands, ready to be shown.</summary>
sealed record FarmView
{
    /// <summary>Pictures that the inputs came to so far.</summary>
    public long Found { get; init; }

    /// <summary>Whether all inputs were looked at: there are no more pictures than those found.</summary>
    public bool IsAllFound { get; init; }

    /// <summary>Finished before this run.</summary>
    public long Earlier { get; init; }

    /// <summary>Finished in this run.</summary>
    public long Finished { get; init; }

    /// <summary>Stopped early, in a sweep.</summary>
    public long Stopped { get; init; }

    /// <summary>Given up.</summary>
    public long Failed { get; init; }

    /// <summary>Photos that cannot be used.</summary>
    public long Faulty { get; init; }

    /// <summary>In work on a node.</summary>
    public long Rendering { get; init; }

    /// <summary>Neither at their end nor in work.</summary>
    public long Waiting => Math.Max(0, Found - Ended - Rendering);

    /// <summary>At their end, whichever.</summary>
    public long Ended => Earlier + Finished + Stopped + Failed;

    /// <summary>Steps done, of the pictures that are rendered in this run.</summary>
    public long StepsDone { get; init; }

    /// <summary>Steps that they take in all, as far as they are found.</summary>
    public long Steps { get; init; }

    /// <summary>Of the work that is known, 0 to 1.</summary>
    public double Fraction { get; init; }

    /// <summary>Steps of pictures a second over the last minute; null until known.</summary>
    public double? StepsPerSecond { get; init; }

    /// <summary>Until the work that is known is done; null until it can be told.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>The nodes.</summary>
    public ImmutableArray<NodeView> Nodes { get; init; } = [];

    /// <summary>Why pictures wait, in words, and how many for each; those of which there are most first.</summary>
    public ImmutableArray<(string Reason, int Count)> Waits { get; init; } = [];

    /// <summary>The newest picture that was put in its place, relative to the folder of results.</summary>
    public string? LastOutput { get; init; }
}

/// <summary>What one node does.</summary>
/// <param name="Name">The node.</param>
/// <param name="Cells">Pictures that it renders together; 0 when idle.</param>
/// <param name="StepsPerSecond">Steps of pictures a second; null until known.</param>
readonly record struct NodeView(string Name, int Cells, double? StepsPerSecond);
