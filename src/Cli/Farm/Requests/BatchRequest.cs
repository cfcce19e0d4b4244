using StyleFarm.Cli.Farm.Batches;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Farm.Requests;

/// <summary>What `batch` was asked for.</summary>
sealed record BatchRequest : FarmRequest
{
    /// <summary>Photos, styles, names and places.</summary>
    public required BatchSpec Batch { get; init; }

    /// <summary>With every override applied.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>The preset or file that the recipe came from.</summary>
    public required string RecipeName { get; init; }

    /// <inheritdoc/>
    public override JobSpec ToJob(string weightsHash)
    {
        var source = Batch.ToJson();
        var name = $"{NameOf(Batch.Archive.Inputs[0])} in {string.Join(", ", Batch.Styles.Select(style => style.Label))}";
        return new JobSpec
        {
            Id = JobId.Of(name, Identity(source, Recipe, weightsHash)),
            Name = name,
            Kind = JobKind.Batch,
            Recipe = Recipe,
            RecipeName = RecipeName,
            Precision = Precision,
            WeightsHash = weightsHash,
            CheckpointEvery = CheckpointEvery,
            Priority = Priority,
            ShardCells = ShardCells,
            Source = source,
        };
    }

    static string NameOf(string input) =>
        Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(input)) is { Length: > 0 } and not ("." or "..") and var name
            ? name : "batch";
}
