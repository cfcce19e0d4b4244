using System.Globalization;
using System.Text.Json;

namespace StyleFarm.Coordinator.Reports;

/// <summary>Numbers for the page: JSON has none that are infinite or not a number, so those go as text that JavaScript's Number()
/// reads.</summary>
static class JsonNumbers
{
    /// <summary>All digits; null when unknown.</summary>
    public static void WriteExact(this Utf8JsonWriter json, double? value) => Write(json, value, "R");

    /// <summary>Six digits: finer than any chart.</summary>
    public static void WriteShort(this Utf8JsonWriter json, double? value) => Write(json, value, "G6");

    static void Write(Utf8JsonWriter json, double? value, string format)
    {
        if (value is not { } number)
            json.WriteNullValue();
        else if (!double.IsFinite(number))
            json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        else
            json.WriteRawValue(number.ToString(format, CultureInfo.InvariantCulture), skipInputValidation: true);
    }
}
