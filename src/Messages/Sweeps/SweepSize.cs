using System.Globalization;

namespace StyleFarm.Messages.Sweeps;

/// <summary>How many cells a sweep comes to.</summary>
static class SweepSize
{
    /// <summary>True when the axes are of a size that can be worked with; else the fault says how the count came about.</summary>
    public static bool Check(SweepSpec spec, List<AxisDraft> axes, SweepFaults faults)
    {
        var values = axes.Sum(axis => axis.Count);
        if (values > SweepSpec.MaxCells)
        {
            faults.Add("parameters", Text($"found {values:N0} values on all axes together, expected at most {SweepSpec.MaxCells:N0}"));
            return false;
        }
        if (spec.Search.Samples is not null)
            return true;
        var parts = Factors(spec, axes).ToList();
        var cells = parts.Aggregate(1.0, (product, part) => product * part.Count);
        if (cells <= SweepSpec.MaxCells)
            return true;
        var factors = parts.Where(part => part.Count > 1).Select(part => Text($"{part.Count:N0} {part.Name}"));
        faults.Add("parameters", Text($"found {cells:N0} cells ({string.Join(" × ", factors)}), expected at most {SweepSpec.MaxCells:N0}; ")
            + "shorten an axis, or draw some of them: search: {random: 50}");
        return false;
    }

    static IEnumerable<(string Name, double Count)> Factors(SweepSpec spec, List<AxisDraft> axes) =>
        axes.Select(axis => (axis.Key, axis.Count))
            .Prepend(("style", spec.Styles.Count))
            .Prepend(("content", spec.Contents.Count))
            .Append(("seeds", spec.Seeds.Count));

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
