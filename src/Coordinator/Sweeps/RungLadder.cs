using System.Collections.Immutable;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>The steps at which the cells of a sweep are compared.</summary>
public sealed record RungLadder
{
    /// <summary>Keeps 0.1 · 30 from being 2.</summary>
    const double Rounding = 1e-9;

    RungLadder(ImmutableArray<int> steps, double keep) => (Steps, Keep) = (steps, keep);

    /// <summary>Updates done at each rung, ascending.</summary>
    public ImmutableArray<int> Steps { get; }

    /// <summary>The fraction of a rung's cells that go on, above 0 and below 1.</summary>
    public double Keep { get; }

    /// <summary>Rungs at first, first·factor, first·factor², … as long as they lie below the longest cell's steps.</summary>
    public static RungLadder Of(AshaRule rule, int longestSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rule.First, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rule.Factor, 2);
        if (rule.Keep is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(rule), rule.Keep, "the fraction to keep must be above 0 and below 1");
        var steps = ImmutableArray.CreateBuilder<int>();
        for (long rung = rule.First; rung < longestSteps; rung *= rule.Factor)
            steps.Add((int)rung);
        return new(steps.DrainToImmutable(), rule.Keep);
    }

    /// <summary>How many rungs a cell of so many steps passes: those below its end.</summary>
    public int RungsBelow(int totalSteps) => Steps.Count(rung => rung < totalSteps);

    /// <summary>How many of a rung's cells go on: the kept fraction rounded down, but one at least; none of none.</summary>
    public int Kept(int cells) => cells <= 0 ? 0 : Math.Max(1, (int)Math.Floor((Keep * cells) + Rounding));
}
