using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Cells;

/// <summary>
/// Names a cell by what determines its result: 32 lower-case hex digits, the first half of the SHA-256 over the canonical JSON of
/// (content hash, style hashes and weights, resolved recipe, weights hash). The same work has the same id wherever it is done.
/// </summary>
public readonly record struct CellId
{
    const int Digits = 32;

    readonly string _text;

    /// <summary>Takes an id as text.</summary>
    /// <exception cref="ArgumentException">It is not 32 lower-case hex digits.</exception>
    public CellId(string text)
    {
        if (text is not { Length: Digits } || !text.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException($"'{text}' is no cell id: {Digits} lower-case hex digits", nameof(text));
        _text = text;
    }

    /// <summary>The id of the cell that this identity describes.</summary>
    public static CellId Of(CellIdentity identity) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity.CanonicalJson())))[..Digits]);

    /// <summary>The 32 digits.</summary>
    public override string ToString() => _text ?? "";
}

/// <summary>Everything that determines a cell's result.</summary>
/// <param name="ContentHash">SHA-256 of the content file, hex.</param>
/// <param name="Styles">SHA-256 of each style file, and its share in the blend.</param>
/// <param name="Recipe">With every field as it is rendered.</param>
/// <param name="Width">Of the result, in pixels.</param>
/// <param name="Height">Of the result, in pixels.</param>
/// <param name="StyleSizes">Of each style image as the network sees it last, <c>WxH</c>.</param>
/// <param name="Seed">Of the noise.</param>
/// <param name="Precision"><c>fp32</c>, <c>bf16</c> or <c>fp64</c>.</param>
/// <param name="WeightsHash">The network's identity.</param>
/// <param name="InitHash">SHA-256 of the picture to start from, or null when the recipe starts from something else.</param>
public sealed record CellIdentity(
    string ContentHash,
    IReadOnlyList<(string Hash, double Share)> Styles,
    Recipe Recipe,
    int Width,
    int Height,
    IReadOnlyList<string> StyleSizes,
    ulong Seed,
    string Precision,
    string WeightsHash,
    string? InitHash)
{
    /// <summary>One line of JSON, keys sorted.</summary>
    public string CanonicalJson()
    {
        var recipe = JsonNode.Parse(Recipe.CanonicalJson())!.AsObject();
        recipe["size"] = $"{Width}x{Height}";
        recipe["style_sizes"] = new JsonArray([.. StyleSizes.Select(size => (JsonNode)size)]);
        recipe["seed"] = Seed;
        recipe["precision"] = Precision;
        if (InitHash is not null) recipe["init"] = InitHash;
        var sorted = new JsonObject(recipe.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone())));
        return new JsonObject
        {
            ["content"] = ContentHash,
            ["recipe"] = sorted,
            ["styles"] = new JsonArray([.. Styles.Select(style => new JsonObject { ["hash"] = style.Hash, ["share"] = style.Share })]),
            ["weights"] = WeightsHash,
        }.ToJsonString();
    }
}
