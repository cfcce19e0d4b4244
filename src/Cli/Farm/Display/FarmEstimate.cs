using System.Globalization;
using StyleFarm.Cli.Stylize.Display;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>What a job would come to.</summary>
/// <param name="Cells">Pictures to render.</param>
/// <param name="Earlier">Pictures that are finished.</param>
/// <param name="Faulty">Inputs that cannot be used.</param>
/// <param name="PixelSteps">Result pixels times steps, over all pictures to render.</param>
/// <param name="Time">How long that takes here; null when it was not asked for, or cannot be told.</param>
/// <param name="Basis">What the time is told by, or why there is none.</param>
sealed record FarmEstimate(long Cells, long Earlier, long Faulty, double PixelSteps, TimeSpan? Time, string Basis)
{
    /// <summary>One line.</summary>
    public override string ToString()
    {
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{Cells:N0} pictures to render, {Earlier:N0} finished before, {Faulty:N0} inputs that cannot be used");
        if (Time is { } time) return $"{text}; ~{RenderDisplay.Duration(Math.Ceiling(time.TotalSeconds))} {Basis}";
        return Basis.Length > 0 ? $"{text}; {Basis}" : text;
    }
}
