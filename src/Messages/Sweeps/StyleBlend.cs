using System.Collections.Immutable;
using System.Globalization;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Messages.Sweeps;

/// <summary>A style picture's part in a blend.</summary>
/// <param name="Path">As written.</param>
/// <param name="Weight">As written, above 0; 1 where none is.</param>
public readonly record struct StyleShare(string Path, double Weight);

/// <summary>One entry of a sweep's `style`: a picture, or several that are blended.</summary>
/// <param name="Parts">In the order written, at least one, no picture twice. `init: style` starts from the first.</param>
public sealed record StyleBlend(ValueList<StyleShare> Parts)
{
    /// <summary>One picture.</summary>
    public static StyleBlend Of(string path) => new([new StyleShare(path, 1)]);

    /// <summary>Each picture's share; they add up to 1.</summary>
    public ImmutableArray<double> Shares
    {
        get
        {
            var sum = Parts.Sum(part => part.Weight);
            return [.. Parts.Select(part => part.Weight / sum)];
        }
    }

    /// <summary>True when all pictures have the same share.</summary>
    public bool IsEven => Parts.All(part => part.Weight.Equals(Parts[0].Weight));

    /// <summary>`starry`, `starry + wave`, or with uneven shares `0.7 starry + 0.3 wave`.</summary>
    /// <param name="nameOf">What a picture is called, from its path.</param>
    public string Label(Func<string, string> nameOf)
    {
        var shares = Shares;
        return string.Join(" + ", Parts.Select((part, i) => IsEven
            ? nameOf(part.Path)
            : string.Create(CultureInfo.InvariantCulture, $"{shares[i]:0.###} {nameOf(part.Path)}")));
    }
}
