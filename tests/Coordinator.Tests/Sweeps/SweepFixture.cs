using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Tests.Sweeps;

/// <summary>Sweeps written as JSON with single quotes.</summary>
static class SweepFixture
{
    public static SweepSpec Spec(string json) => SweepJson.Parse(json.Replace('\'', '"'), "sweep.json");

    public static SweepPlan Plan(string json) => SweepPlan.Of(Spec(json));

    /// <summary>One content, one style, d2l, and these parameters.</summary>
    public static SweepPlan Of(string parameters, string more = "") =>
        Plan($"{{'content': 'c.jpg', 'style': 's.jpg', 'recipe': 'd2l', 'parameters': {{{parameters}}}{more}}}");

    /// <summary>A point's values in short: content, style, parameters, seed.</summary>
    public static string Text(this SweepPoint point) => string.Join(' ', point.Labels);
}
