using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace StyleFarm.Coordinator.Reports;

/// <summary>An axis with the places of its values, those among them that only cells name.</summary>
sealed class AxisIndex
{
    readonly ReportAxis _axis;
    readonly List<AxisValue> _values = [];
    readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    AxisIndex(ReportAxis axis)
    {
        _axis = axis;
        foreach (var value in axis.Values) Add(value);
    }

    /// <summary>The axes of a report.</summary>
    /// <exception cref="ArgumentException">A cell has not one value for each axis.</exception>
    public static ImmutableArray<AxisIndex> Of(ReportModel model)
    {
        ImmutableArray<AxisIndex> axes = [.. model.Axes.Select(axis => new AxisIndex(axis))];
        foreach (var cell in model.Cells)
        {
            if (cell.Values.Length != axes.Length)
                throw new ArgumentException($"cell {cell.Id} has {cell.Values.Length} values for {axes.Length} axes", nameof(model));
            for (var axis = 0; axis < axes.Length; axis++) axes[axis].Add(cell.Values[axis]);
        }
        return axes;
    }

    /// <summary>Where a value of a cell stands on the axis, from 0.</summary>
    public int Find(string value) => _places[value];

    /// <summary>As the page reads it; <c>numbers</c> is null unless all values can be placed on the scale.</summary>
    public void WriteJson(Utf8JsonWriter json)
    {
        var numbers = Numbers();
        json.WriteStartObject();
        json.WriteString("name", _axis.Name);
        json.WriteString("scale", numbers is null ? "category" : _axis.Scale is AxisScale.Logarithmic ? "log" : "linear");
        json.WriteStartArray("values");
        foreach (var value in _values) json.WriteStringValue(value.Text);
        json.WriteEndArray();
        WriteNumbers(json, numbers);
        json.WriteStartArray("pictures");
        foreach (var value in _values)
            if (value.Picture.IsEmpty) json.WriteNullValue();
            else json.WriteBase64StringValue(value.Picture.Span);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteNumbers(Utf8JsonWriter json, List<double>? numbers)
    {
        if (numbers is null)
        {
            json.WriteNull("numbers");
            return;
        }
        json.WriteStartArray("numbers");
        foreach (var number in numbers) json.WriteExact(number);
        json.WriteEndArray();
    }

    List<double>? Numbers()
    {
        if (_axis.Scale is AxisScale.Category) return null;
        var numbers = new List<double>(_values.Count);
        foreach (var value in _values)
        {
            if (!double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
                return null;
            if (_axis.Scale is AxisScale.Logarithmic && number <= 0) return null;
            numbers.Add(number);
        }
        return numbers;
    }

    void Add(AxisValue value)
    {
        if (_places.TryAdd(value.Text, _values.Count)) _values.Add(value);
    }
}
