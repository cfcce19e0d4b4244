using System.Collections.Immutable;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>
/// One shard on an engine: goes on from the newest moment that all its cells have, takes checkpoints at equal distances, and lets cells
/// leave at their rungs, at their ends, when asked, or when they fail.
/// </summary>
sealed class SimRun : IShardRun
{
    readonly SimNode _node;
    readonly SimEngine _engine;
    readonly Action<ShardEvent> _tell;
    readonly SimUploads _uploads;
    ITimer? _timer;
    TimeSpan _began;
    int _moment;
    int _sinceMoment;
    bool _isRendering;

    public SimRun(SimNode node, SimEngine engine, AssignShard shard, Action<ShardEvent> tell)
    {
        (_node, _engine, Shard, _tell) = (node, engine, shard, tell);
        Lanes = [.. shard.Cells.Select(cell => new SimLane(node.Farm.Plan.Cells[cell.Cell.Id], cell, shard.Lease))];
        _uploads = new SimUploads(node, this, tell);
        Number = node.Farm.Renders.NextRun();
    }

    public AssignShard Shard { get; }

    public SimNode Node => _node;

    /// <summary>Tells runs apart, all over the farm.</summary>
    public int Number { get; }

    public IReadOnlyList<SimLane> Lanes { get; }

    /// <summary>Whether it renders no more.</summary>
    public bool IsOver { get; private set; }

    TimeSpan StepTime => _node.StepTime * (0.5 + 0.5 * Lanes.Count(lane => lane.IsIn));

    public override string ToString() => $"run {Number} of {Shard.Lease} on {_node.Process}";

    /// <summary>It has the device.</summary>
    public void Begin() => _node.Do(async () =>
    {
        _node.Farm.Renders.Begins(this);
        var moment = await SimResume.FindAsync(_node, Shard.Lease.Shard.Number, Lanes, () => IsOver).ConfigureAwait(false);
        if (IsOver) return;
        _moment = moment;
        _node.Farm.Renders.Resumed(this);
        foreach (var lane in Lanes.Where(lane => lane.StopAsked != StopReason.None))
        {
            // It never enters the batch, and stands where it stood.
            lane.IsIn = false;
            _uploads.AddWord(lane.Stopped(lane.StopAsked));
        }

        _isRendering = true;
        Go();
    });

    public void Stop(ImmutableArray<CellId> cells, StopReason reason)
    {
        foreach (var lane in Lanes.Where(lane => lane.IsIn && (cells.IsEmpty || cells.Contains(lane.Id)))) lane.StopAsked = reason;
        if (!_isRendering || IsOver) return;
        var done = (int)((_node.Farm.World.Time.Elapsed - _began) / StepTime);
        _timer?.Dispose();
        Advance(Math.Min(done, Chunk));
        Go();
    }

    public void Cancel()
    {
        _uploads.Drop();
        End();
    }

    /// <summary>The engine lets it go: what left the batch before still comes into the store.</summary>
    public void Halt()
    {
        if (IsOver) return;
        _uploads.DropCheckpoints();
        End();
    }

    /// <summary>The engine breaks down over it.</summary>
    public void Crash(string message)
    {
        if (IsOver) return;
        _uploads.Drop();
        End();
        _tell(new ShardCrashed(message, IsTransient: true));
    }

    /// <summary>Nothing more is rendered.</summary>
    public void End()
    {
        IsOver = true;
        _timer?.Dispose();
        _engine.Free(this);
    }

    /// <summary>What the cell has come to: the same picture whoever renders it, and a provenance that names this run.</summary>
    public (string Picture, string Provenance) ResultOf(SimLane lane) => ($"{lane.State:x16} {Number}",
        $$"""{"cell":"{{lane.Id}}","state":"{{lane.State:x16}}","attempt":{{lane.Attempt}},"run":{{Number}}}""");

    /// <summary>Steps until something is to be done.</summary>
    int Chunk
    {
        get
        {
            var next = Lanes.Where(lane => lane.IsIn).Min(lane => lane.NextStep - lane.Step);
            return Shard.CheckpointEvery > 0 ? Math.Min(next, Shard.CheckpointEvery - _sinceMoment) : next;
        }
    }

    void Go()
    {
        foreach (var lane in Lanes.Where(lane => lane.IsIn))
        {
            Depart(lane);
            if (IsOver || !_node.Process.IsAlive) return;
        }

        if (!Lanes.Any(lane => lane.IsIn))
        {
            IsOver = true;
            _tell(new ShardRendered());
            _engine.Free(this);
            _uploads.Close();
            return;
        }

        if (Shard.CheckpointEvery > 0 && _sinceMoment >= Shard.CheckpointEvery)
        {
            _sinceMoment = 0;
            _uploads.AddSet(Lanes.Where(lane => lane.IsIn), ++_moment);
        }

        var chunk = Chunk;
        _began = _node.Farm.World.Time.Elapsed;
        _timer = _node.Process.Later(chunk * StepTime, () =>
        {
            if (IsOver) return;
            Advance(chunk);
            Go();
        });
    }

    void Advance(int steps)
    {
        if (steps <= 0) return;
        var lanes = Lanes.Where(lane => lane.IsIn).ToList();
        foreach (var lane in lanes) lane.Advance(steps);
        _sinceMoment += steps;
        _node.Farm.Renders.Rendered(this, lanes);
        _tell(new ShardPaced(lanes.Sum(lane => 1000.0 * steps), steps * StepTime));
    }

    /// <summary>Lets a cell leave the batch, if it is to.</summary>
    void Depart(SimLane lane)
    {
        if (lane.Cell.Trait is not (Trait.Sound or Trait.Undeliverable) && lane.Step >= lane.Cell.TraitStep && Fail(lane)) return;
        if (lane.Step >= lane.Cell.Steps) Leave(() => _uploads.AddFinished(lane, lane.Finished()));
        else if (lane.StopAt <= lane.Step) Leave(() => _uploads.AddStopped(lane, LastMoment, lane.Stopped(StopReason.Rung)));
        else if (lane.StopAsked != StopReason.None) Leave(() => _uploads.AddStopped(lane, LastMoment, lane.Stopped(lane.StopAsked)));

        void Leave(Action add)
        {
            lane.IsIn = false;
            add();
        }
    }

    /// <summary>Those who are stopped together have the same moment; it is a moment of its own.</summary>
    int LastMoment => _moment + 1;

    bool Fail(SimLane lane)
    {
        switch (lane.Cell.Trait)
        {
            case Trait.NodeKiller:
                _node.Die($"cell {lane.Id}");
                return true;
            case Trait.EngineKiller:
                Crash($"cell {lane.Id} breaks the engine");
                return true;
            case Trait.Broken:
                lane.IsIn = false;
                _uploads.AddWord(lane.Failed("broken", isTransient: false));
                return true;
            default:
                if (!_node.Farm.Renders.StillFails(lane.Cell)) return false;
                lane.IsIn = false;
                _uploads.AddWord(lane.Failed("flaky", isTransient: true));
                return true;
        }
    }
}
