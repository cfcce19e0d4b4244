using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Cli.Farm.Sweeps;

/// <summary>
/// What a sweep job expands: the cells of a plan, or the best of them at another size. Kept as <see cref="JobSpec.Source"/>.
/// </summary>
sealed record SweepCells
{
    /// <summary>The sweep.</summary>
    public required SweepSpec Sweep { get; init; }

    /// <summary>Absolute: where its pictures are looked for, one after the other.</summary>
    public required ImmutableArray<string> Folders { get; init; }

    /// <summary>Where pictures go.</summary>
    public required DeliverySpec Delivery { get; init; }

    /// <summary>
    /// The cells that are rendered again at <see cref="PromotedSize"/>, best first; empty: the cells of the sweep itself.
    /// </summary>
    public ImmutableArray<int> Promoted { get; init; } = [];

    /// <summary>The size of promoted cells.</summary>
    public RecipeSize? PromotedSize { get; init; }

    /// <summary>The source of the job.</summary>
    public JsonObject ToJson()
    {
        var source = new JsonObject
        {
            ["kind"] = "sweep",
            ["sweep"] = SweepJson.ToNode(Sweep),
            ["folders"] = new JsonArray([.. Folders.Select(folder => (JsonNode)folder)]),
        };
        if (PromotedSize is { } size)
        {
            source["promoted"] = new JsonArray([.. Promoted.Select(cell => (JsonNode)cell)]);
            source["promoted_size"] = size.ToString();
        }

        Delivery.AddTo(source);
        return source;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static SweepCells FromJson(JsonObject source) => new()
    {
        Sweep = SweepReader.Read(source["sweep"]),
        Folders = [.. source["folders"]!.AsArray().Select(folder => (string)folder!)],
        Delivery = DeliverySpec.Of(source)!,
        Promoted = [.. (source["promoted"]?.AsArray() ?? []).Select(cell => (int)cell!)],
        PromotedSize = source["promoted_size"] is { } size ? RecipeSize.Parse((string)size!) : null,
    };

    /// <summary>The cells in their order, each made when it is asked for.</summary>
    public IEnumerable<SweepPoint> Points()
    {
        var plan = SweepPlan.Of(Sweep);
        return PromotedSize is not { } size ? plan : Promoted.Select((cell, i) => plan[cell] with
        {
            Index = i,
            PromotedFrom = cell,
            Recipe = plan[cell].Recipe with { Size = size },
        });
    }
}

/// <summary>Expands sweeps: every cell is looked at, those that are finished are told with what they came to.</summary>
/// <param name="looks">Looks at pictures.</param>
/// <param name="planner">Thinks cells through.</param>
/// <param name="store">Knows what is finished.</param>
/// <param name="sink">Delivers what is finished but is not where it should be.</param>
/// <param name="scores">Scores what was finished without; null: it stays without.</param>
sealed class SweepSource(PictureLooks looks, CellPlanner planner, IObjectStore store, PictureSink sink, LateScores? scores = null)
    : ICellSource
{
    /// <summary>Begins to read a sweep.</summary>
    /// <exception cref="StyleFarmException">BadUsage: the record holds no sweep that can be planned.</exception>
    public ICellReader Open(JobSpec job)
    {
        var cells = SweepCells.FromJson(job.Source);
        return new SweepCellReader(job, cells, new SweepPointPlanner(job, cells, looks, planner), store, sink, scores);
    }
}
