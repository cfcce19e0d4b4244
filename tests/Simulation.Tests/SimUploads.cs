using System.Text;
using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>
/// What a run has for the store, in order, each told when it is there; as long as the store is away it waits, but of checkpoint sets that
/// were not begun only the newest.
/// </summary>
sealed class SimUploads(SimNode node, SimRun run, Action<ShardEvent> tell)
{
    const int MaxSets = 2;
    const int StepsKept = 2;

    readonly LinkedList<Item> _items = new();
    bool _isBusy;
    bool _isClosed;
    bool _isDropped;

    /// <summary>All cells of the batch at one moment.</summary>
    public void AddSet(IEnumerable<SimLane> lanes, int moment)
    {
        Add(new CheckpointSet([.. lanes.Select(lane => CheckpointOf(lane, moment))]));
        var sets = _items.OfType<CheckpointSet>().Where(set => !set.IsTaken).ToList();
        if (sets.Count > MaxSets) _items.Remove(sets[0]);
    }

    /// <summary>A cell that leaves the batch with a checkpoint.</summary>
    public void AddStopped(SimLane lane, int moment, CellStopped report) => Add(new StoppedCell(CheckpointOf(lane, moment), report));

    public void AddFinished(SimLane lane, CellFinished report) => Add(new FinishedCell(lane, run.ResultOf(lane), report));

    public void AddWord(CellReport report) => Add(new Word(report));

    /// <summary>Nothing more comes; when all is told, so is the end.</summary>
    public void Close()
    {
        _isClosed = true;
        Pump();
    }

    /// <summary>The rest is not wanted.</summary>
    public void Drop()
    {
        _isDropped = true;
        _items.Clear();
    }

    /// <summary>Checkpoints are not wanted; results are.</summary>
    public void DropCheckpoints()
    {
        foreach (var set in _items.OfType<CheckpointSet>().ToList()) _items.Remove(set);
    }

    Put CheckpointOf(SimLane lane, int moment) =>
        new(lane, new SimCheckpoint(new CheckpointStamp(lane.Step, run.Shard.Lease.Shard.Number, moment), lane.Attempt, lane.State));

    void Add(Item item)
    {
        _items.AddLast(item);
        Pump();
    }

    void Pump()
    {
        if (_isBusy) return;
        _isBusy = true;
        node.Do(PumpAsync);
    }

    async Task PumpAsync()
    {
        while (_items.First is { Value: var item } && !_isDropped)
        {
            if (await TryCarryAsync(item).ConfigureAwait(false))
            {
                _items.Remove(item);
            }
            else
            {
                await node.Process.Delay(node.Farm.Chance.Seconds(0.5, 3)).ConfigureAwait(false);
                if (item is CheckpointSet { IsBegun: false } set)
                {
                    set.IsTaken = false;
                    if (_items.OfType<CheckpointSet>().Count() > MaxSets) _items.Remove(item);
                }
            }
        }

        _isBusy = false;
        if (!_isClosed || _isDropped) return;
        run.End();
        tell(new ShardEnded());
    }

    async Task<bool> TryCarryAsync(Item item)
    {
        try
        {
            switch (item)
            {
                case CheckpointSet set:
                    set.IsTaken = true;
                    foreach (var put in set.Puts.Where(put => !put.IsStored)) await StoreAsync(put).ConfigureAwait(false);
                    if (_isDropped) return true;
                    foreach (var put in set.Puts) Tell(put.Lane.Progress(put.Checkpoint.Step));
                    foreach (var put in set.Puts) await TidyAsync(put.Lane).ConfigureAwait(false);
                    break;
                case StoppedCell stopped:
                    if (!stopped.Put.IsStored) await StoreAsync(stopped.Put).ConfigureAwait(false);
                    if (!_isDropped) Tell(stopped.Report);
                    break;
                case FinishedCell finished:
                    if (node.Farm.Sabotage == Sabotage.FinishedTooEarly) Tell(finished.Report);
                    await PutAsync(StoreKey.AttemptPicture(finished.Lane.Id, finished.Lane.Attempt), finished.Result.Picture).ConfigureAwait(false);
                    await PutAsync(StoreKey.AttemptProvenance(finished.Lane.Id, finished.Lane.Attempt), finished.Result.Provenance).ConfigureAwait(false);
                    if (!_isDropped) Tell(finished.Report);
                    break;
                case Word word:
                    Tell(word.Report);
                    break;
            }

            return true;
        }
        catch (StoreException)
        {
            return false;
        }
    }

    async Task StoreAsync(Put put)
    {
        if (_isDropped) return;
        var (lane, checkpoint) = (put.Lane, put.Checkpoint);
        await PutAsync(StoreKey.Checkpoint(lane.Id, checkpoint.Step, lane.Attempt), checkpoint.ToString()).ConfigureAwait(false);
        put.IsStored = true;
        lane.Stored.Add((checkpoint.Step, lane.Attempt));
    }

    async Task TidyAsync(SimLane lane)
    {
        foreach (var key in CheckpointOrder.Superseded(lane.Stored, lane.Attempt, StepsKept))
        {
            await node.Store.DeleteAsync(StoreKey.Checkpoint(lane.Id, key.Step, key.Attempt), CancellationToken.None).ConfigureAwait(false);
            lane.Stored.Remove(key);
        }
    }

    Task PutAsync(StoreKey key, string text) => node.Store.PutAsync(key, Encoding.UTF8.GetBytes(text), CancellationToken.None);

    void Tell(CellReport report)
    {
        node.Farm.Renders.Told(run, report);
        tell(new CellTold(report));
    }

    abstract class Item;

    sealed class Put(SimLane lane, SimCheckpoint checkpoint)
    {
        public SimLane Lane => lane;

        public SimCheckpoint Checkpoint => checkpoint;

        public bool IsStored { get; set; }
    }

    sealed class CheckpointSet(IReadOnlyList<Put> puts) : Item
    {
        public IReadOnlyList<Put> Puts => puts;

        public bool IsTaken { get; set; }

        public bool IsBegun => puts.Any(put => put.IsStored);
    }

    sealed class StoppedCell(Put put, CellStopped report) : Item
    {
        public Put Put => put;

        public CellStopped Report => report;
    }

    sealed class FinishedCell(SimLane lane, (string Picture, string Provenance) result, CellFinished report) : Item
    {
        public SimLane Lane => lane;

        public (string Picture, string Provenance) Result => result;

        public CellFinished Report => report;
    }

    sealed class Word(CellReport report) : Item
    {
        public CellReport Report => report;
    }
}
