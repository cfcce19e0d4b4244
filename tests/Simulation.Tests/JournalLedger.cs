using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>
/// What the journal says, folded as it is written: the truth at each moment, whatever coordinators believe. Each record is checked against
/// what was before it, and each message that a coordinator sends against what is in the journal by then.
/// </summary>
sealed class JournalLedger(FarmSimulation farm)
{
    readonly Dictionary<CellId, int> _accepted = [];
    readonly HashSet<CellId> _published = [];
    readonly Dictionary<(Lease Lease, CellId Cell), int> _attempts = [];
    readonly Dictionary<CellId, (Lease Lease, int Step)> _halts = [];

    /// <summary>The fold.</summary>
    public FarmState State { get; } = new();

    /// <summary>The attempt of a cell that counts, if any does.</summary>
    public int? AcceptedAttempt(CellId cell) => _accepted.TryGetValue(cell, out var attempt) ? attempt : null;

    public bool IsPublished(CellId cell) => _published.Contains(cell);

    /// <summary>Whether a word on a cell under a claim would count now.</summary>
    public bool IsLive(Lease lease, CellId cell) => IsLive(lease) && State.Shards[lease.Shard] is var shard && shard.Cells.Contains(cell) && !shard.Halted.Contains(cell);

    public bool IsLive(Lease lease) => State.Shards.TryGetValue(lease.Shard, out var shard) && shard.Lease == lease;

    /// <summary>A record has become durable.</summary>
    public void Appended(long sequence, FarmEvent happened)
    {
        farm.Log?.Add($"journal {sequence}: {Text(happened)}");
        try
        {
            Check(happened);
            State.Apply(happened);
        }
        catch (InvalidOperationException e)
        {
            farm.Break("the journal folds", $"record {sequence}, {happened}: {e.Message}");
        }

        Note(happened);
    }

    /// <summary>A coordinator says something to a node: all that it follows from must be in the journal.</summary>
    public void Told(SimProcess process, WireMessage message)
    {
        switch (message)
        {
            case AssignShard assign:
                foreach (var cell in assign.Cells)
                    if (_attempts.GetValueOrDefault((assign.Lease, cell.Cell.Id)) != cell.Attempt)
                        Early($"{assign.Lease}, attempt {cell.Attempt} of {cell.Cell.Id}");
                break;
            case Receipt receipt when receipt.CoordinatorEpoch == farm.Journal.Epoch:
                foreach (var cell in receipt.Cells.Where(cell => IsLive(receipt.Lease, cell))) Early($"a receipt for {cell} under {receipt.Lease}");
                break;
            case CancelShard cancel when cancel.CoordinatorEpoch == farm.Journal.Epoch && IsLive(cancel.Lease):
                Early($"{cancel.Lease} is called off");
                break;
            case HeartbeatReply reply when reply.CoordinatorEpoch == farm.Journal.Epoch:
                foreach (var lease in reply.Lost.Where(IsLive)) Early($"{lease} is said to be lost");
                break;
        }

        void Early(string what) => farm.Break("nothing is said before it is in the journal", $"{process}: {what}");
    }

    void Check(FarmEvent happened)
    {
        switch (happened)
        {
            case ShardLeased e:
                foreach (var cell in State.Shard(e.Lease.Shard).Cells.Where(_published.Contains))
                    farm.Break("nothing finished is rendered again", $"{cell} has its result and is given to {e.Lease.Node}");
                break;
            case CellAccepted e:
                CheckAccepted(e);
                break;
            case CellPublished e:
                CheckPublished(State.Cell(e.Cell));
                break;
            case CellHalted e when e.Step > 0:
                // A node that had not begun says what it was told, which may be an older step than the store has.
                if (!farm.Store.Names(StoreKey.Checkpoints(e.Cell)).Any(name => string.CompareOrdinal(name, $"{e.Step:D8}.") >= 0))
                    farm.Break("a stop leaves a checkpoint", $"{e.Cell} is said to stand at step {e.Step}");
                break;
        }
    }

    void CheckAccepted(CellAccepted e)
    {
        var cell = State.Cell(e.Cell);
        var lease = cell.Shard is { } shard ? State.Shard(shard).Lease : null;
        if (cell.Phase != CellPhase.InShard || lease?.Node != e.Node || cell.Attempt != e.Attempt || !IsLive(lease, e.Cell))
            farm.Break("a late or doubled result never counts", $"{e}, while the cell is {cell.Phase} at attempt {cell.Attempt} under {lease}");
        if (e.Step != cell.Spec.Steps) farm.Break("results are whole", $"{e} of {cell.Spec.Steps} steps");
    }

    void CheckPublished(CellState cell)
    {
        var id = cell.Spec.Id;
        if (farm.Store.Read(StoreKey.Provenance(id)) is not { } result || farm.Store.Read(StoreKey.Result(id)) is not { } picture)
        {
            farm.Break("a published result is in the store", $"{id}");
            return;
        }

        var run = Result.Parse(result).Run;
        if (Result.RunOfPicture(picture) != run) farm.Break("picture and provenance belong together", $"{id}: {picture} and {result}");
        foreach (var claim in cell.Claims)
            if (farm.Sink.RunAt(claim.Job, claim.Spec.Output!) != run)
                farm.Break("each finished cell is delivered to each claim", $"{id}, for {claim.Job} at {claim.Spec.Output}: {farm.Sink.RunAt(claim.Job, claim.Spec.Output!)}");
    }

    void Note(FarmEvent happened)
    {
        switch (happened)
        {
            case ShardLeased e:
                foreach (var cell in State.Shard(e.Lease.Shard).Cells) _attempts[(e.Lease, cell)] = State.Cell(cell).Attempt;
                break;
            case ShardReleased { Reason: ReleaseReason.Halted } e:
                // By what was said under this very claim: the farm may think of a step at which only some of the cells had checkpoints.
                foreach (var cell in State.Shard(e.Lease.Shard).Cells)
                    if (_halts.GetValueOrDefault(cell) is var halt && halt.Lease == e.Lease) farm.Renders.Safe(cell, halt.Step);
                break;
            case CellHalted { Reason: StopReason.Rung } e:
                farm.Renders.Safe(e.Cell, e.Step);
                break;
            case CellHalted e:
                _halts[e.Cell] = (State.Shard(State.Cell(e.Cell).Shard!.Value).Lease!, e.Step);
                break;
            case CellAccepted e:
                _accepted[e.Cell] = e.Attempt;
                break;
            case CellPublished e:
                _published.Add(e.Cell);
                break;
        }
    }

    static string Text(FarmEvent happened) => happened switch
    {
        JobSubmitted e => $"JobSubmitted {e.Spec.Id} {e.Spec.Kind} every {e.Spec.CheckpointEvery} attempts {e.Spec.MaxAttempts}",
        CellsFound e => $"CellsFound {e.Job} {string.Join(' ', e.Page.Cells.Select(cell => $"{cell.Index}:{cell.Id.ToString()[..6]}/{cell.Steps}"))} earlier "
            + $"{e.Page.EarlierCount}+{string.Join(' ', e.Page.Earlier.Select(cell => cell.Cell.Id.ToString()[..6]))} last {e.Page.IsLast}",
        ShardFormed e => $"ShardFormed {e.Shard} {e.Job} {string.Join(' ', e.Cells.Select(cell => cell.ToString()[..6]))}",
        _ => happened.ToString(),
    };
}
