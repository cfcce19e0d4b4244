namespace StyleFarm.StyleTransfer.Scoring;

/// <summary>How well an image keeps its content and takes on its style, whatever weights it was made with. Lower is better.</summary>
/// <param name="Content">0 for the content image itself, 1 for the style image.</param>
/// <param name="Style">0 for the style image itself, 1 for the content image.</param>
public readonly record struct BalancedScore(double Content, double Style)
{
    /// <summary>The mean of both: 0 is perfect, the content image itself has 0.5.</summary>
    public double Balanced => (Content + Style) / 2;
}
