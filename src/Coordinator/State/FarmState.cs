using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Coordinator.State;

/// <summary>
/// All that the coordinator knows for good: the fold of its journal. Nothing in here asks the clock, the network or chance, so the same
/// events always give the same state. What nodes are alive is not in here: it is not true any more when it is read again.
/// </summary>
public sealed partial class FarmState
{
    readonly Dictionary<JobId, JobState> _jobs = [];
    readonly Dictionary<CellId, CellState> _cells = [];
    readonly Dictionary<ShardId, ShardState> _shards = [];

    /// <summary>Jobs by id.</summary>
    public IReadOnlyDictionary<JobId, JobState> Jobs => _jobs;

    /// <summary>Cells that have not ended; of sweeps also those that have.</summary>
    public IReadOnlyDictionary<CellId, CellState> Cells => _cells;

    /// <summary>Shards that still have cells.</summary>
    public IReadOnlyDictionary<ShardId, ShardState> Shards => _shards;

    /// <summary>Shards formed so far.</summary>
    public long ShardsFormed { get; private set; }

    /// <summary>
    /// The most attempts of any cell that has left. One that comes back goes on counting from here: what earlier owners stored is still
    /// about, and maybe they are, too.
    /// </summary>
    public int AttemptsBefore { get; private set; }

    /// <summary>Folds one event in.</summary>
    /// <exception cref="InvalidOperationException">
    /// The event does not fit the state: the journal is not this farm's, or there is a fault in the code.
    /// </exception>
    public void Apply(FarmEvent happened)
    {
        switch (happened)
        {
            case JobSubmitted e: Apply(e); break;
            case JobScanBegan e: Apply(e); break;
            case JobStatusChanged e: Apply(e); break;
            case JobPriorityChanged e: Job(e.Job).Priority = e.Priority; break;
            case CellsFound e: Apply(e); break;
            case ShardFormed e: Apply(e); break;
            case ShardLeased e: Apply(e); break;
            case ShardReleased e: Apply(e); break;
            case ShardDissolved e: Dissolve(Shard(e.Shard)); break;
            case CellsAcquitted e: Apply(e); break;
            case CellAccepted e: Apply(e); break;
            case CellPublished e: Apply(e); break;
            case CellHalted e: Apply(e); break;
            case CellPromoted e: Apply(e); break;
            case CellDropped e: Apply(e); break;
            case CellAttemptFailed e: Apply(e); break;
            case CellGaveUp e: Apply(e); break;
            case CellsRetried e: Apply(e); break;
            default: throw new InvalidOperationException($"an event of unknown type {happened.GetType().Name}");
        }
    }

    /// <summary>A job that must be there.</summary>
    public JobState Job(JobId id) =>
        _jobs.TryGetValue(id, out var job) ? job : throw new InvalidOperationException($"there is no job {id}");

    /// <summary>A cell that must be there.</summary>
    public CellState Cell(CellId id) =>
        _cells.TryGetValue(id, out var cell) ? cell : throw new InvalidOperationException($"there is no cell {id}");

    /// <summary>A shard that must be there.</summary>
    public ShardState Shard(ShardId id) =>
        _shards.TryGetValue(id, out var shard) ? shard : throw new InvalidOperationException($"there is no shard {id}");

    void Wait(CellState cell)
    {
        cell.Phase = CellPhase.Waiting;
        cell.Shard = null;
        Job(cell.Job).Waiting.Add(cell);
    }

    /// <summary>Takes a cell out of wherever it is.</summary>
    void Detach(CellState cell)
    {
        if (cell.Phase == CellPhase.Waiting) Job(cell.Job).Waiting.Remove(cell);
        if (cell.Shard is not { } id) return;
        cell.Shard = null;
        var shard = Shard(id);
        shard.Cells.Remove(cell.Spec.Id);
        shard.Halted.Remove(cell.Spec.Id);
        if (shard.Cells.Count == 0) Remove(shard);
    }

    void Remove(ShardState shard)
    {
        var job = Job(shard.Job);
        job.WaitingShards.Remove(shard.Id.Number);
        job.LeasedShards.Remove(shard.Id);
        _shards.Remove(shard.Id);
    }

    void Dissolve(ShardState shard)
    {
        foreach (var id in shard.Cells.ToList())
        {
            var cell = Cell(id);
            cell.Shard = null;
            Wait(cell);
        }

        Remove(shard);
    }
}
