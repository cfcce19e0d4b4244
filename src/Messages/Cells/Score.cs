using System.Text.Json.Serialization;

namespace StyleFarm.Messages.Cells;

/// <summary>A measure that does not depend on a recipe's weights, so that cells of a sweep compare. See docs/recipes.md.</summary>
/// <param name="Content">0: the content picture itself; 1: as far from it as the style picture.</param>
/// <param name="Style">0: the style picture's Gram matrices; 1: as far from them as the content picture.</param>
public readonly record struct Score(double Content, double Style)
{
    /// <summary>Lower is better: 0 is perfect on both, the content picture itself has 0.5.</summary>
    [JsonIgnore]
    public double Balanced => (Content + Style) / 2;
}
