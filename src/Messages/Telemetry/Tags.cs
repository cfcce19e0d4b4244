namespace StyleFarm.Messages.Telemetry;

/// <summary>
/// What spans and metrics say of themselves. Names are for ever; those marked so are of spans only, for they have many values.
/// </summary>
public static class Tags
{
    /// <summary>The job. Spans only.</summary>
    public const string Job = "stylefarm.job.id";

    /// <summary>The cell. Spans only.</summary>
    public const string Cell = "stylefarm.cell.id";

    /// <summary>The try on the cell. Spans only.</summary>
    public const string Attempt = "stylefarm.cell.attempt";

    /// <summary>How many cells. Spans only.</summary>
    public const string Cells = "stylefarm.cells";

    /// <summary>The shard. Spans only.</summary>
    public const string Shard = "stylefarm.shard.id";

    /// <summary>The epoch of the claim on the shard. Spans only.</summary>
    public const string Epoch = "stylefarm.lease.epoch";

    /// <summary>The steps that a cell stands at. Spans only.</summary>
    public const string Step = "stylefarm.cell.step";

    /// <summary>The step that a cell began at in this try. Spans only.</summary>
    public const string FirstStep = "stylefarm.cell.first_step";

    /// <summary>Cells that were rendered together. Spans only.</summary>
    public const string BatchSize = "stylefarm.batch.size";

    /// <summary>Bytes. Spans only.</summary>
    public const string Size = "stylefarm.upload.size";

    /// <summary>How often something was tried. Spans only.</summary>
    public const string Tries = "stylefarm.tries";

    /// <summary>The node.</summary>
    public const string Node = "stylefarm.node.id";

    /// <summary>Such as <c>cpu</c> or <c>cuda:0</c>.</summary>
    public const string Device = "stylefarm.device";

    /// <summary>What it came to, in a word.</summary>
    public const string Outcome = "stylefarm.outcome";

    /// <summary>Where cells are: <c>waiting</c> or <c>rendering</c>.</summary>
    public const string State = "stylefarm.cell.state";

    /// <summary>What is brought into the store: <c>checkpoint</c> or <c>result</c>.</summary>
    public const string Upload = "stylefarm.upload.kind";

    /// <summary>What was asked of the store: <c>put</c>, <c>get</c>, <c>exists</c>, <c>list</c>, <c>copy</c> or <c>delete</c>.</summary>
    public const string Operation = "stylefarm.store.operation";

    /// <summary>
    /// What became of messages: <c>published</c>, <c>confirmed</c>, <c>returned</c>, <c>dropped</c>, <c>received</c>, <c>dead</c>.
    /// </summary>
    public const string Event = "stylefarm.fabric.event";
}
