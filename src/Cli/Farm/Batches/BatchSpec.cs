using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Farm.Batches;

/// <summary>What a batch expands: photos × styles. Kept as the <see cref="JobSpec.Source"/> of its job.</summary>
sealed record BatchSpec
{
    /// <summary>Which photos.</summary>
    public required ArchiveSpec Archive { get; init; }

    /// <summary>How they are painted: each photo gives a picture for each.</summary>
    public required ImmutableArray<StyleChoice> Styles { get; init; }

    /// <summary>Where pictures go.</summary>
    public required DeliverySpec Delivery { get; init; }

    /// <summary>What they are called.</summary>
    public required string Name { get; init; }

    /// <summary>The wish for the results' size; null: the recipe's.</summary>
    public RecipeSize? Size { get; init; }

    /// <summary>The wish for the styles' size; null: as for the content.</summary>
    public RecipeSize? StyleSize { get; init; }

    /// <summary>Of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>The source of the job.</summary>
    public JsonObject ToJson()
    {
        var source = new JsonObject
        {
            ["kind"] = "archive",
            ["inputs"] = Texts(Archive.Inputs),
            ["base"] = Archive.BaseFolder,
            ["recursive"] = Archive.IsRecursive,
            ["excluded"] = Texts(Archive.Excluded),
            ["styles"] = new JsonArray([.. Styles.Select(style => style.ToJson())]),
            ["name"] = Name,
            ["size"] = Size?.ToString(),
            ["style_size"] = StyleSize?.ToString(),
            ["seed"] = Seed,
        };
        Delivery.AddTo(source);
        return source;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static BatchSpec FromJson(JsonObject source) => new()
    {
        Archive = new ArchiveSpec
        {
            Inputs = Texts(source["inputs"]),
            BaseFolder = (string)source["base"]!,
            IsRecursive = (bool)source["recursive"]!,
            Excluded = Texts(source["excluded"]),
        },
        Styles = [.. source["styles"]!.AsArray().Select(style => StyleChoice.FromJson(style!))],
        Delivery = DeliverySpec.Of(source)!,
        Name = (string)source["name"]!,
        Size = SizeOf(source["size"]),
        StyleSize = SizeOf(source["style_size"]),
        Seed = (ulong)source["seed"]!,
    };

    static RecipeSize? SizeOf(JsonNode? node) => node is null ? null : RecipeSize.Parse((string)node!);

    static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    static ImmutableArray<string> Texts(JsonNode? node) => [.. node!.AsArray().Select(text => (string)text!)];
}
