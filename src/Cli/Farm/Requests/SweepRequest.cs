using System.Collections.Immutable;
using StyleFarm.Cli.Farm.Sweeps;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Cli.Farm.Requests;

/// <summary>What `sweep` was asked for.</summary>
sealed record SweepRequest : FarmRequest
{
    /// <summary>The sweep, its pictures' folders and where results go.</summary>
    public required SweepCells Cells { get; init; }

    /// <summary>What becomes of the best cells; null: nothing.</summary>
    public SweepPromotion? Promote => Cells.Sweep.Promote;

    /// <inheritdoc/>
    public override JobSpec ToJob(string weightsHash) => Job(Cells, Cells.Sweep.Stop, weightsHash);

    /// <summary>The job that renders the best cells again, larger; null when there are none, or when that was not asked for.</summary>
    /// <param name="best">The cells that came to a score.</param>
    /// <param name="weightsHash">The identity of the weights that were loaded.</param>
    public JobSpec? ToPromotion(IEnumerable<ScoredCell> best, string weightsHash)
    {
        if (Promote is not { } promote) return null;
        ImmutableArray<int> promoted =
            [.. PlanPromotion.Best(SweepPlan.Of(Cells.Sweep), best, promote.Cells, promote.Size)
                .Select(point => point.PromotedFrom!.Value)];
        // Without early stopping: those that were stopped early may well be among the best.
        return promoted.IsEmpty ? null : Job(Cells with { Promoted = promoted, PromotedSize = promote.Size }, null, weightsHash);
    }

    JobSpec Job(SweepCells cells, AshaRule? stop, string weightsHash)
    {
        var (source, recipe) = (cells.ToJson(), cells.Sweep.Base);
        var name = cells.PromotedSize is { } size ? $"{cells.Sweep.Name}, the best at {size}" : cells.Sweep.Name;
        return new JobSpec
        {
            Id = JobId.Of(name, Identity(source, recipe, weightsHash)),
            Name = name,
            Kind = JobKind.Sweep,
            Recipe = recipe,
            RecipeName = cells.Sweep.RecipeName ?? RecipePresets.DefaultName,
            Precision = Precision,
            WeightsHash = weightsHash,
            CheckpointEvery = CheckpointEvery,
            Priority = Priority,
            ShardCells = ShardCells,
            Rungs = stop,
            IsScored = true,
            Source = source,
        };
    }
}
