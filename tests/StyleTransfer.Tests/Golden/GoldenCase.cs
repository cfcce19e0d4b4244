using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Golden;

/// <summary>One reference rendering: its inputs as a cell, and what an independent implementation got for it.</summary>
public sealed class GoldenCase
{
    public static string Folder { get; } = Checkout.PathOf("tests", "StyleTransfer.Tests", "Golden");

    public static ImmutableArray<string> Names { get; } =
        ["g1-000", "g1-001", "g1-002", "g1-003", "g1-004", "g2-000", "g2-001", "g2-002", "g2-003", "g2-004"];

    readonly JsonElement _root;

    GoldenCase(string name, JsonElement root) => (Name, _root) = (name, root);

    public string Name { get; }

    public Recipe Recipe => RecipeJson.Parse(_root.GetProperty("recipe").GetRawText()) with { Steps = _root.GetProperty("steps").GetInt32() };

    public ulong WeightsSeed => _root.GetProperty("weights").GetProperty("seed").GetUInt64();

    public static GoldenCase Load(string name) =>
        new(name, JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json"))).RootElement);

    /// <summary>The losses of each update; for L-BFGS of each outer iteration, with its evaluations.</summary>
    public IReadOnlyList<JsonElement> Trace(string precision) => [.. _root.GetProperty(precision).GetProperty("trace").EnumerateArray()];

    public double FinalTotal(string precision) => _root.GetProperty(precision).GetProperty("final").GetProperty("total").GetDouble();

    public string PngPath => Path.Combine(Folder, Name, "fp64.png");

    /// <summary>The first gradient, CHW in the recipe's space.</summary>
    public float[] FirstGradient() => ReadNpy(Path.Combine(Folder, Name, "fp64-gradient0.npy"));

    public RenderCell Cell()
    {
        var content = ImagePath("content");
        var style = ImagePath("style");
        var (contentSize, styleSize) = (ImageFile.Probe(content).Size, ImageFile.Probe(style).Size);
        var seed = _root.GetProperty("noise_seed");
        return new RenderCell
        {
            Id = Name,
            Recipe = Recipe,
            Plan = RenderPlan.Of(Recipe, contentSize, [styleSize], RecipeSize.Original, RecipeSize.Original),
            Content = new FileImageSource(content, Recipe.ColourProfile),
            Styles = [new StyleSource(new FileImageSource(style, Recipe.ColourProfile), 1)],
            Seed = seed.ValueKind == JsonValueKind.Null ? 0 : seed.GetUInt64(),
        };
    }

    string ImagePath(string which) => Path.Combine(Folder, _root.GetProperty(which).GetProperty("file").GetString()!);

    static float[] ReadNpy(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        var header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.Contains("'<f4'", header, StringComparison.Ordinal);
        Assert.Contains("'fortran_order': False", header, StringComparison.Ordinal);
        var data = bytes.AsSpan(10 + headerLength);
        var values = new float[data.Length / 4];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(data[(i * 4)..]);
        return values;
    }
}
