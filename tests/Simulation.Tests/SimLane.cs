using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>One cell within a run.</summary>
sealed class SimLane(SimCell cell, CellAssignment assignment, Lease lease)
{
    public SimCell Cell => cell;

    public CellId Id => cell.Id;

    public int Attempt => assignment.Attempt;

    public int? StopAt => assignment.StopAt;

    public int Step { get; set; }

    public ulong State { get; set; }

    /// <summary>The newest step that was told to be safe when its checkpoints were looked for.</summary>
    public int ToldBefore { get; set; }

    /// <summary>Whether it is in the batch.</summary>
    public bool IsIn { get; set; } = true;

    public StopReason StopAsked { get; set; }

    /// <summary>Its checkpoints in the store, as far as the run knows.</summary>
    public HashSet<(int Step, int Attempt)> Stored { get; } = [];

    /// <summary>The next step at which something is to be done with it.</summary>
    public int NextStep
    {
        get
        {
            var next = StopAt is { } stop && stop > Step ? Math.Min(stop, cell.Steps) : cell.Steps;
            return cell.Trait != Trait.Sound && cell.TraitStep > Step ? Math.Min(next, cell.TraitStep) : next;
        }
    }

    public void Advance(int steps)
    {
        for (var left = steps; left > 0; left--) State = cell.Next(State);
        Step += steps;
    }

    public CellProgress Progress(int step) => new() { Lease = lease, Cell = Id, Attempt = Attempt, Step = step, Losses = Losses };

    public CellStopped Stopped(StopReason reason) => new()
    {
        Lease = lease,
        Cell = Id,
        Attempt = Attempt,
        Step = Step,
        Reason = reason,
        Losses = Losses,
        Score = reason == StopReason.Rung ? Score : null,
    };

    public CellFinished Finished() => new() { Lease = lease, Cell = Id, Attempt = Attempt, Step = Step, Losses = Losses, Score = Score, Seconds = 1 };

    public CellFailed Failed(string message, bool isTransient) =>
        new() { Lease = lease, Cell = Id, Attempt = Attempt, Step = Step, IsTransient = isTransient, Message = message };

    static Losses Losses => new(1, 1, 1, 3);

    Score Score => new(State % 1000 / 1000.0, 0.5);
}
