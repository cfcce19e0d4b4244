using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Messages.Tests.Sweeps;

/// <summary>Sweeps written as JSON with single quotes.</summary>
static class SweepFixture
{
    const string Fields = """{"content": ["bridge.jpg"], "style": ["starry.jpg"], "recipe": "d2l"}""";

    /// <summary>A sweep of one content and one style on d2l with other fields, which go before those.</summary>
    public static SweepSpec With(string fields, Func<string, Recipe>? loadRecipe = null) =>
        SweepJson.Parse(Quoted(fields), "sweep.json", loadRecipe);

    /// <summary>The message of the error that these fields give.</summary>
    public static string FaultOf(string fields)
    {
        var error = Assert.Throws<StyleFarmException>(() => With(fields));
        Assert.Equal(ErrorCode.BadUsage, error.Code);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.StartsWith("sweep.json: ", error.Message, StringComparison.Ordinal);
        return error.Message["sweep.json: ".Length..];
    }

    /// <summary>The one axis of these parameters.</summary>
    public static SweepAxis Axis(string parameter) => With($"'parameters': {{{parameter}}}").Parameters[0];

    static string Quoted(string fields)
    {
        var given = JsonNode.Parse($"{{{fields}}}".Replace('\'', '"'))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(Fields)!.AsObject())
            given.TryAdd(name, value?.DeepClone());
        return given.ToJsonString();
    }
}
