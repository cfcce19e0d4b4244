using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>Tells which values of an axis a recipe takes.</summary>
/// <param name="recipe">What the values change; null when it could not be read, which leaves the rules that depend on it unchecked.</param>
/// <param name="axes">All axes of the sweep.</param>
sealed class AxisChecker(Recipe? recipe, IReadOnlyList<AxisDraft> axes)
{
    /// <summary>Combinations with other axes that are tried before a value is refused.</summary>
    const int MaxTries = 1000;

    static readonly string[] Dependent = ["scales", "schedule"];

    readonly JsonObject _root = RecipeJson.ToNode(recipe ?? RecipePresets.Default);

    /// <summary>Why there is no such field in the recipe, or null.</summary>
    public RecipeFault? CheckKey(string key)
    {
        var faults = new List<RecipeFault>();
        RecipeKeys.Set(_root.DeepClone().AsObject(), key, null, faults);
        return IsUnchecked(key) && faults is [{ } fault] && fault.Key == key ? null : faults.FirstOrDefault();
    }

    /// <summary>
    /// What the rules have against a value: nothing when it is fine by itself, or beside some values of the axes of its group.
    /// </summary>
    public IReadOnlyList<RecipeFault> Check(AxisDraft axis, JsonNode? value)
    {
        var alone = Check([(axis.Key, value)]);
        if (alone.Count == 0 || IsUnchecked(axis.Key))
            return [];
        var others = axes.Where(other => other != axis && SweepAxis.GroupOf(other.Key) == SweepAxis.GroupOf(axis.Key)
            && other.Values.Count > 0).ToList();
        return others.Count > 0 && Combinations(others).Take(MaxTries).Any(rest => Check([(axis.Key, value), .. rest]).Count == 0)
            ? []
            : alone;
    }

    bool IsUnchecked(string key) => recipe is null && Dependent.Contains(key.Split('.')[0]);

    List<RecipeFault> Check(IEnumerable<(string Key, JsonNode? Value)> values)
    {
        var root = _root.DeepClone().AsObject();
        var faults = new List<RecipeFault>();
        foreach (var (key, value) in values)
            RecipeKeys.Set(root, key, value, faults);
        return faults.Count > 0 ? faults : [.. RecipeValidator.Check(root)];
    }

    static IEnumerable<(string Key, JsonNode? Value)[]> Combinations(List<AxisDraft> others)
    {
        var digits = new int[others.Count];
        while (true)
        {
            yield return [.. others.Select((other, i) => (other.Key, other.Values[digits[i]].Node()))];
            var at = others.Count - 1;
            while (at >= 0 && ++digits[at] == others[at].Values.Count)
                digits[at--] = 0;
            if (at < 0)
                yield break;
        }
    }
}
