using System.Collections.Immutable;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Tests.Wire;

/// <summary>
/// What is meant by a message of which only that is there which must be: all else has its default. As in the first release; a kind that
/// came later is added.
/// </summary>
static class LeastMessages
{
    /// <summary>By kind.</summary>
    public static ImmutableSortedDictionary<string, WireMessage> ByKind { get; } = SampleMessages.ByKind.Values
        .Select(envelope => Least(envelope.Message))
        .ToImmutableSortedDictionary(WireCodec.KindOf, message => message);

    static WireMessage Least(WireMessage whole) => whole switch
    {
        NodeHello m => new NodeHello { Node = m.Node, Incarnation = m.Incarnation },
        NodeWelcome m => m,
        Heartbeat m => new Heartbeat { Node = m.Node, Incarnation = m.Incarnation },
        HeartbeatReply m => new HeartbeatReply { CoordinatorEpoch = m.CoordinatorEpoch },
        AssignShard m => new AssignShard
        {
            CoordinatorEpoch = m.CoordinatorEpoch, Lease = m.Lease, Job = m.Job, Recipe = m.Recipe, Precision = m.Precision,
            CheckpointEvery = m.CheckpointEvery,
            Cells = [.. m.Cells.Select(cell => new CellAssignment { Cell = Least(cell.Cell), Attempt = cell.Attempt })],
        },
        StopCells m => new StopCells { CoordinatorEpoch = m.CoordinatorEpoch, Lease = m.Lease, Reason = m.Reason },
        CancelShard m => m,
        DrainNode m => new DrainNode { CoordinatorEpoch = m.CoordinatorEpoch },
        Receipt m => m,
        CellProgress m => new CellProgress { Lease = m.Lease, Cell = m.Cell, Attempt = m.Attempt, Step = m.Step },
        CellFinished m => new CellFinished { Lease = m.Lease, Cell = m.Cell, Attempt = m.Attempt, Step = m.Step, Losses = m.Losses },
        CellStopped m => new CellStopped { Lease = m.Lease, Cell = m.Cell, Attempt = m.Attempt, Step = m.Step, Reason = m.Reason },
        CellFailed m => m,
        _ => throw new InvalidOperationException($"say what the least of {whole.GetType().Name} is"),
    };

    static CellSpec Least(CellSpec cell) => new()
    {
        Id = cell.Id,
        Index = cell.Index,
        Content = cell.Content,
        Styles = cell.Styles,
        Steps = cell.Steps,
        Pixels = cell.Pixels,
        BatchKey = cell.BatchKey,
    };
}
