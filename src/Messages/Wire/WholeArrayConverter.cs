using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace StyleFarm.Messages.Wire;

/// <summary>Arrays of objects and texts in which none is null, which the serializer does not look after by itself.</summary>
public sealed class WholeArrayConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>)
        && !typeToConvert.GetGenericArguments()[0].IsValueType;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(WholeArrayConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
}

/// <summary>An array in which none is null.</summary>
public sealed class WholeArrayConverter<T> : JsonConverter<ImmutableArray<T>>
    where T : class
{
    public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var all = JsonSerializer.Deserialize<T[]>(ref reader, options);
        return all is not null && !all.Contains(null!)
            ? ImmutableCollectionsMarshal.AsImmutableArray(all)
            : throw new JsonException($"null in a list of {typeof(T).Name}");
    }

    public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, ImmutableCollectionsMarshal.AsArray(value) ?? [], options);
}
