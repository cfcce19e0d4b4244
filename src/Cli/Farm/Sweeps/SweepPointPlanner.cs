using System.Collections.Immutable;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Farm.Sweeps;

/// <summary>Turns the points of a sweep into cells. Its pictures are looked at once; they are few.</summary>
sealed class SweepPointPlanner(JobSpec job, SweepCells cells, PictureLooks looks, CellPlanner planner)
{
    readonly Dictionary<string, (LookedAt Picture, string? Fault)> _looked = [];
    readonly SweepNames _names = new(SweepPlan.Of(cells.Sweep));

    /// <summary>The first picture of a point that cannot be used, and why.</summary>
    public FaultyInput? FaultOf(SweepPoint point) =>
        point.Style.Parts.Select(part => part.Path).Prepend(point.Content).Append(point.Recipe.Init.Path)
        .OfType<string>().Select(written => Look(written).Fault is { } fault ? new FaultyInput(written, fault) : null)
            .FirstOrDefault(fault => fault is not null);

    /// <summary>The cell of a point whose pictures can be used.</summary>
    /// <exception cref="StyleFarmException">They are too small or too large for it.</exception>
    public CellSpec Plan(SweepPoint point)
    {
        var shares = point.Style.Shares;
        var styles = point.Style.Parts.Select((part, i) => (Look(part.Path).Picture, shares[i])).ToImmutableArray();
        LookedAt? initial = point.Recipe.Init.Path is { } path ? Look(path).Picture : null;
        var terms = new CellTerms
        {
            Recipe = point.Recipe,
            StyleSize = point.StyleSize,
            Seed = point.Seed,
            Precision = job.Precision,
            WeightsHash = job.WeightsHash,
        };
        var (spec, plan) = planner.Plan(terms, Look(point.Content).Picture, styles, initial);
        return spec with
        {
            Index = point.Index,
            Settings = SettingsOf(point),
            Output = _names.Of(point, cells.Delivery.Form.ExtensionFor(point.Content, StyleTransfer.Imaging.ImageFormat.Png)),
        };
    }

    /// <summary>
    /// What makes the point's recipe from the job's. The swept fields mostly do; where the sweep means more by one of them (steps that
    /// are shared out over scales, another size), the fields that differ then follow.
    /// </summary>
    ImmutableArray<Setting> SettingsOf(SweepPoint point)
    {
        var settings = point.Parameters.Select(setting => new Setting(setting.Key, setting.Value.Json)).ToList();
        var made = With(settings);
        if (made.Hash() == point.Recipe.Hash()) return [.. settings];
        var (have, want) = (RecipeJson.ToNode(made), RecipeJson.ToNode(point.Recipe));
        settings.AddRange(want.Where(field => field.Key != "description" && !JsonNode.DeepEquals(field.Value, have[field.Key]))
            .Select(field => new Setting(field.Key, field.Value?.ToJsonString() ?? "null")));
        return With(settings).Hash() == point.Recipe.Hash() ? [.. settings]
            : throw new InvalidOperationException(
                $"cell {point.Index} of {cells.Sweep.Name} cannot be told as settings of its job's recipe");
    }

    Recipe With(List<Setting> settings) => settings.Count == 0 ? job.Recipe
        : job.Recipe.With(settings.Select(setting => KeyValuePair.Create(setting.Key, JsonNode.Parse(setting.Json))));

    (LookedAt Picture, string? Fault) Look(string written)
    {
        if (_looked.TryGetValue(written, out var known)) return known;
        var path = SweepFile.PathOf(written, cells.Folders.AsSpan());
        try
        {
            return _looked[written] = (looks.At(path), null);
        }
        catch (StyleFarmException e)
        {
            return _looked[written] = (default, PictureLooks.ReasonOf(e, path));
        }
    }
}
