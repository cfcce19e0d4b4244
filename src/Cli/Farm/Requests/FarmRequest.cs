using System.Text.Json.Nodes;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Farm.Requests;

/// <summary>What a command that renders many pictures was asked for, parsed and checked, before anything heavy is begun.</summary>
abstract record FarmRequest
{
    /// <summary>The folder that keeps journal, checkpoints and results.</summary>
    public string State { get; init; } = ".stylefarm";

    /// <summary>As `--weights` takes it.</summary>
    public string Weights { get; init; } = "auto";

    /// <summary><c>fp32</c>, <c>bf16</c> or <c>fp64</c>.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>As `--device` takes it.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>CPU threads; null: all cores.</summary>
    public int? Threads { get; init; }

    /// <summary>Nodes in processes of their own; null: one within this process.</summary>
    public int? Nodes { get; init; }

    /// <summary>Steps between checkpoints; 0 for none.</summary>
    public int CheckpointEvery { get; init; } = 25;

    /// <summary>0 to 100.</summary>
    public int Priority { get; init; } = 50;

    /// <summary>Cells to a shard at most; null: by measured throughput.</summary>
    public int? ShardCells { get; init; }

    /// <summary>Whether only to say how long it would take.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>Whether only to say what would be done.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether to print one JSON object a line.</summary>
    public bool Json { get; init; }

    /// <summary>The job. The same request gives the same job, so that it goes on where it was left.</summary>
    /// <param name="weightsHash">The identity of the weights that were loaded.</param>
    public abstract JobSpec ToJob(string weightsHash);

    /// <summary>What must be equal for two requests to be the same job.</summary>
    protected string Identity(JsonObject source, Recipe recipe, string weightsHash) => new JsonObject
    {
        ["source"] = source.DeepClone(),
        ["recipe"] = recipe.CanonicalJson(),
        ["precision"] = Precision,
        ["weights"] = weightsHash,
    }.ToJsonString();
}
