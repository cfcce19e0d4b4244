using System.Text.Json;

namespace StyleFarm.Coordinator.Reports;

/// <summary>A loss curve as the page reads it: <c>{"steps":[…],"series":[["total",[…]],…]}</c>.</summary>
static class CurveJson
{
    public static void Write(Stream stream, LossCurve curve)
    {
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartArray("steps");
        foreach (var point in curve.Points) json.WriteNumberValue(point.Step);
        json.WriteEndArray();
        json.WriteStartArray("series");
        WriteSeries(json, "total", curve, point => point.Total);
        WriteSeries(json, "content", curve, point => point.Content);
        WriteSeries(json, "style", curve, point => point.Style);
        WriteSeries(json, "tv", curve, point => point.Tv);
        for (var tap = 0; tap < curve.Taps.Length; tap++)
        {
            var at = tap;
            WriteSeries(json, curve.Taps[tap], curve, point => at < point.Taps.Length ? point.Taps[at] : double.NaN);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteSeries(Utf8JsonWriter json, string name, LossCurve curve, Func<LossPoint, double> value)
    {
        json.WriteStartArray();
        json.WriteStringValue(name);
        json.WriteStartArray();
        foreach (var point in curve.Points) json.WriteShort(value(point));
        json.WriteEndArray();
        json.WriteEndArray();
    }
}
