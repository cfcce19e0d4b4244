using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace StyleFarm.Messages.Wire;

/// <summary>
/// How messages, and what they hold, are JSON. Fields are in snake_case; null stands only where a type says so, and what a message must
/// have must be there.
/// </summary>
/// <remarks>
/// Read by reflection and not by generated code: that forgets what init-only properties begin with (dotnet/runtime#84484), and a field
/// that an older sender does not know must be read as its default.
/// </remarks>
public static class WireJson
{
    /// <summary>For whatever holds jobs, cells, leases or recipes; not to be changed.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            RespectNullableAnnotations = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireParameters } },
        };
        options.Converters.Add(new CellIdConverter());
        options.Converters.Add(new JobIdConverter());
        options.Converters.Add(new NodeIdConverter());
        options.Converters.Add(new ShardIdConverter());
        options.Converters.Add(new RecipeConverter());
        options.Converters.Add(new WholeArrayConverterFactory());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false));
        options.MakeReadOnly();
        return options;
    }

    // A null is not written, so what may be null may be missing; all else that a constructor takes must be there.
    static void RequireParameters(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
            if (property.AssociatedParameter is { IsNullable: false, HasDefaultValue: false }) property.IsRequired = true;
    }
}
