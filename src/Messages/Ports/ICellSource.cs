using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Messages.Ports;

/// <summary>An input that can never become a cell.</summary>
/// <param name="Input">Its path.</param>
/// <param name="Reason">One line for people.</param>
public sealed record FaultyInput(string Input, string Reason);

/// <summary>A cell that was finished before the job looked at it.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Losses">Its final losses.</param>
/// <param name="Score">Its score, if it was scored.</param>
public sealed record EarlierCell(CellSpec Cell, Wire.Losses Losses, Score? Score);

/// <summary>The next cells of a job.</summary>
public sealed record CellPage
{
    /// <summary>Cells to be rendered, in the job's order.</summary>
    public ImmutableArray<CellSpec> Cells { get; init; } = [];

    /// <summary>Cells whose results are in the store already. For a batch they are only counted: see <see cref="EarlierCount"/>.</summary>
    public ImmutableArray<EarlierCell> Earlier { get; init; } = [];

    /// <summary>How many further cells were finished before.</summary>
    public int EarlierCount { get; init; }

    /// <summary>Inputs that cannot be used.</summary>
    public ImmutableArray<FaultyInput> Faulty { get; init; } = [];

    /// <summary>Whether there are no more.</summary>
    public bool IsLast { get; init; }
}

/// <summary>Reads a job's cells one page after another, so that a million photos need not be in memory.</summary>
public interface ICellReader : IAsyncDisposable
{
    /// <summary>The next page, with at most so many cells to be rendered. Not called again after the last.</summary>
    Task<CellPage> ReadAsync(int maxCells, CancellationToken cancellationToken);
}

/// <summary>Expands jobs into cells: looks at photos, resolves sizes, finds what is finished already.</summary>
public interface ICellSource
{
    /// <summary>Begins reading a job's cells from the first one.</summary>
    ICellReader Open(JobSpec job);
}

/// <summary>Takes finished pictures to where the user wants them. A cell counts as finished only when this is done.</summary>
public interface IResultSink
{
    /// <summary>Hands one finished cell over. Called again after a crash in between: must be idempotent.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cell">The cell; its picture and provenance are in the store.</param>
    /// <param name="provenance">The content of result.json.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task DeliverAsync(JobSpec job, CellSpec cell, JsonObject provenance, CancellationToken cancellationToken);
}
