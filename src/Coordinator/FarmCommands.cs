using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator;

/// <summary>What the farm is asked to do, or told.</summary>
public abstract record FarmCommand;

/// <summary>
/// A job is wanted. One that is known already is looked at again: new and changed inputs are found, failed cells get another chance.
/// </summary>
public sealed record SubmitJob(JobSpec Spec) : FarmCommand;

/// <summary>A job is held back; its cells stop at checkpoints.</summary>
public sealed record PauseJob(JobId Job, string Reason = "paused") : FarmCommand;

/// <summary>A paused job goes on.</summary>
public sealed record ResumeJob(JobId Job) : FarmCommand;

/// <summary>A job is given up; what is finished stays.</summary>
public sealed record CancelJob(JobId Job) : FarmCommand;

/// <summary>Failed cells of a job are tried again, and those that were stopped early go on to their end.</summary>
/// <param name="Job">The job.</param>
/// <param name="Dropped">Whether those that were stopped early go on, rather than failed ones.</param>
public sealed record RetryJob(JobId Job, bool Dropped = false) : FarmCommand;

/// <summary>A job matters more, or less.</summary>
public sealed record SetJobPriority(JobId Job, int Priority) : FarmCommand;

/// <summary>A node is emptied, or takes work again.</summary>
public sealed record SetNodeDraining(NodeId Node, bool IsDraining) : FarmCommand;

/// <summary>A page of a job's cells was read.</summary>
/// <param name="Job">The job.</param>
/// <param name="Scan">Of <see cref="OpenSource"/>: a page of an earlier scan comes too late.</param>
/// <param name="Page">The page.</param>
public sealed record PageRead(JobId Job, long Scan, CellPage Page) : FarmCommand;

/// <summary>A job's inputs can be read no further.</summary>
/// <param name="Job">The job.</param>
/// <param name="Scan">Of <see cref="OpenSource"/>.</param>
/// <param name="Message">Why, for people.</param>
public sealed record SourceBroken(JobId Job, long Scan, string Message) : FarmCommand;

/// <summary>A node spoke.</summary>
public sealed record NodeSaid(WireMessage Message) : FarmCommand;

/// <summary>A message came back: nobody listens there.</summary>
public sealed record NodeUnreachable(NodeId Node) : FarmCommand;

/// <summary>A result stands where it belongs, and all who had asked for it by then have it.</summary>
public sealed record ResultPublished(Publish Work) : FarmCommand;

/// <summary>A result could not be put where it belongs, and never will.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Attempt">The attempt that counts.</param>
/// <param name="Message">Why, for people.</param>
/// <param name="IsLost">Whether the picture itself is gone, so that only rendering it again can help.</param>
public sealed record PublishingFailed(CellId Cell, int Attempt, string Message, bool IsLost = false) : FarmCommand;

/// <summary>Time has passed.</summary>
public sealed record Tick : FarmCommand;

/// <summary>What follows from decisions once they are in the journal.</summary>
public abstract record FarmEffect;

/// <summary>A message goes to a node.</summary>
public sealed record Send(NodeId Node, WireMessage Message) : FarmEffect;

/// <summary>A job's inputs are read from the beginning.</summary>
/// <param name="Spec">The job.</param>
/// <param name="Scan">Tells this reading from those before it.</param>
public sealed record OpenSource(JobSpec Spec, long Scan) : FarmEffect;

/// <summary>More of a job's inputs are read.</summary>
public sealed record ReadSource(JobId Job, int MaxCells) : FarmEffect;

/// <summary>A job's inputs are read no further.</summary>
public sealed record CloseSource(JobId Job) : FarmEffect;

/// <summary>The picture of an attempt is made the cell's result and taken to all who asked for it.</summary>
public sealed record Publish(CellId Cell, int Attempt, IReadOnlyList<(JobSpec Job, CellSpec Cell)> Claims) : FarmEffect
{
    /// <summary>The span of the job that it was rendered for, as a W3C <c>traceparent</c>.</summary>
    public string? Trace { get; init; }

    /// <summary>Whether it is taken to this place of this job.</summary>
    public bool IsFor(JobId job, CellSpec cell) => Claims.Any(claim => claim.Job.Id == job && claim.Cell.Output == cell.Output);
}

/// <summary>For those who watch: something was decided and is kept.</summary>
public sealed record Happened(State.FarmEvent Event) : FarmEffect;

/// <summary>For those who watch: how far a cell is.</summary>
public sealed record Progressed(JobId Job, CellProgress Progress) : FarmEffect;
