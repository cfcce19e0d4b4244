using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>What nodes have rendered and written: nothing durable is lost again, nothing is written twice that may be written once.</summary>
sealed class RenderLedger(FarmSimulation farm)
{
    readonly Dictionary<(long Shard, long Epoch), SimRun> _runs = [];
    readonly Dictionary<CellId, Track> _tracks = [];
    readonly Dictionary<CellId, string> _results = [];
    readonly HashSet<SimProcess> _troubled = [];
    int _number;

    public int NextRun() => ++_number;

    /// <summary>Steps rendered beyond what the cells have.</summary>
    public int RepeatedSteps { get; private set; }

    /// <summary>The store has failed this process, so that its checkpoints may be late.</summary>
    public void StoreFailed(SimProcess process) => _troubled.Add(process);

    /// <summary>Whether a flaky cell fails once more.</summary>
    public bool StillFails(SimCell cell) => TrackOf(cell.Id).Failures++ == 0;

    public void Begins(SimRun run)
    {
        var key = (run.Shard.Lease.Shard.Number, run.Shard.Lease.Epoch);
        if (_runs.GetValueOrDefault(key) is { IsOver: false } other && other.Node.Process.IsAlive)
            farm.Break("one node works under an epoch", $"{run} begins while {other} goes on");
        _runs[key] = run;
    }

    /// <summary>A run looks for a cell's checkpoints now.</summary>
    public void Looks(SimLane lane) => lane.ToldBefore = TrackOf(lane.Id).Told;

    /// <summary>A run has found where its cells go on.</summary>
    public void Resumed(SimRun run)
    {
        farm.Log?.Add($"{run} goes on: {string.Join(' ', run.Lanes.Select(lane => $"{lane.Id.ToString()[..6]}:{lane.Step}"))}");
        foreach (var lane in run.Lanes.Where(lane => farm.Ledger.IsLive(run.Shard.Lease, lane.Id)))
        {
            var track = TrackOf(lane.Id);
            var every = run.Shard.CheckpointEvery;
            var wasTroubled = track.By is { } last && _troubled.Contains(last.Node.Process);
            // A shard goes back by one moment at most, where some of its cells have the last one and others do not: that is an interval,
            // unless the store was away; or the beginning, where there are no checkpoints but those of stops and one of them has none.
            var mayFall = wasTroubled || (every == 0 && run.Lanes.Any(other => other.ToldBefore == 0));
            if (lane.Step < lane.ToldBefore - every && !mayFall)
                farm.Break("the checkpoint step never falls", $"{run}: {lane.Id} goes on at {lane.Step}; step {lane.ToldBefore} was safe");
            if (mayFall) track.Told = lane.Step;
            var repeated = Math.Max(0, track.Furthest - lane.Step);
            RepeatedSteps += repeated;
            if (track.FurthestBy is { } furthest)
            {
                var distance = furthest.Shard.CheckpointEvery;
                // What was rendered without checkpoints, or while the store was away, is lost, and nothing to be measured by any more.
                if (distance == 0 || _troubled.Contains(furthest.Node.Process)) (track.Furthest, track.FurthestBy) = (lane.Step, null);
                else if (repeated > 2 * distance + track.Lag)
                    farm.Break("a fault costs one interval", $"{run}: {lane.Id} goes on at {lane.Step}; {furthest} came to {track.Furthest}, checkpoints every {distance}");
            }

            track.By = run;
        }
    }

    /// <summary>A run has come further.</summary>
    public void Rendered(SimRun run, IEnumerable<SimLane> lanes)
    {
        foreach (var lane in lanes)
        {
            if (lane.State != lane.Cell.StateAt(lane.Step)) farm.Break("a resume goes on exactly", $"{run}: {lane.Id} at step {lane.Step}");
            if (!farm.Ledger.IsLive(run.Shard.Lease, lane.Id)) continue;
            var track = TrackOf(lane.Id);
            if (lane.Step > track.Furthest) (track.Furthest, track.FurthestBy) = (lane.Step, run);
            track.Lag = (int)(TimeSpan.FromSeconds(3) / run.Node.StepTime);
        }
    }

    /// <summary>A run tells of a cell.</summary>
    public void Told(SimRun run, CellReport report)
    {
        if (report is CellProgress && farm.Ledger.IsLive(run.Shard.Lease, report.Cell)) Safe(report.Cell, report.Step);
    }

    /// <summary>A cell can go on from a step, whatever happens.</summary>
    public void Safe(CellId cell, int step) => TrackOf(cell).Told = Math.Max(TrackOf(cell).Told, step);

    /// <summary>An object is written.</summary>
    public void Stored(StoreKey key, string content, string? before, SimProcess by)
    {
        var parts = key.ToString().Split('/');
        if (parts is not ["cells", var id, .. var rest]) return;
        var cell = farm.Plan.Cells[new CellId(id)];
        switch (rest)
        {
            case ["checkpoints", _]:
                var checkpoint = SimCheckpoint.Parse(content);
                if (checkpoint.State != cell.StateAt(checkpoint.Step) || (checkpoint.Step, checkpoint.Attempt) != SimCheckpoint.Place(key))
                    farm.Break("checkpoints are true", $"{by}: {key} = {content}");
                break;
            case ["attempts", var name] when name.EndsWith(".json", StringComparison.Ordinal):
                if (before is not null && before != content && farm.Ledger.AcceptedAttempt(cell.Id) == Result.Parse(content).Attempt)
                    farm.Break("a late or doubled result never overwrites", $"{by}: {key}: {before}, now {content}");
                break;
            case ["result.json"]:
                CheckResult(cell, content, by);
                break;
        }
    }

    void CheckResult(SimCell cell, string content, SimProcess by)
    {
        if (_results.TryAdd(cell.Id, content)) farm.Log?.Add($"{cell.Id} has its result");
        else if (_results[cell.Id] != content) farm.Break("a result is written with one content, ever", $"{by}: {cell.Id}: {_results[cell.Id]}, now {content}");
        var result = Result.Parse(content);
        if (result.State != $"{cell.StateAt(cell.Steps):x16}") farm.Break("results are true", $"{by}: {cell.Id}: {content}");
        if (result.Attempt != farm.Ledger.AcceptedAttempt(cell.Id)) farm.Break("only the attempt that counts is published", $"{by}: {cell.Id}: {content}");
    }

    Track TrackOf(CellId cell)
    {
        if (!_tracks.TryGetValue(cell, out var track)) _tracks[cell] = track = new Track();
        return track;
    }

    sealed class Track
    {
        public int Told { get; set; }

        public int Furthest { get; set; }

        /// <summary>Who came that far.</summary>
        public SimRun? FurthestBy { get; set; }

        /// <summary>Steps that are rendered while a checkpoint is on its way.</summary>
        public int Lag { get; set; }

        public SimRun? By { get; set; }

        public int Failures { get; set; }
    }
}
