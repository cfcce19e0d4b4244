using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Results;
using StyleFarm.StyleTransfer.Scoring;

namespace StyleFarm.Cli.Farm.Sweeps;

/// <summary>
/// Scores cells that <c>stylize</c> or a batch has finished, which compare nothing: by their pictures, so that a sweep can compare them.
/// The score is kept with the result. For one caller at a time.
/// </summary>
/// <param name="store">Where results are.</param>
/// <param name="load">Loads the network; called when the first such cell comes.</param>
sealed class LateScores(IObjectStore store, Func<Vgg19> load) : IDisposable
{
    Vgg19? _network;

    /// <summary>Scores a cell and notes it in its provenance; null when one of its pictures cannot be read any more.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public async Task<Score?> AddAsync(SweepPoint point, CellSpec cell, JsonObject provenance, CancellationToken cancellationToken)
    {
        if (await store.GetAsync(StoreKey.Result(cell.Id), cancellationToken) is not { } png) return null;
        BalancedScore score;
        try
        {
            score = new BalancedScorer(_network ??= load()).Score([PictureOf(point, cell, png)])[0];
        }
        catch (StyleFarmException e) when (e.Code is ErrorCode.BadInput or ErrorCode.OutOfResources)
        {
            return null;
        }

        provenance["score"] = Provenance.Of(score);
        await store.PutAsync(StoreKey.Provenance(cell.Id), Encoding.UTF8.GetBytes(Provenance.Text(provenance)), cancellationToken);
        return new Score(score.Content, score.Style);
    }

    public void Dispose() => _network?.Dispose();

    static ScoredPicture PictureOf(SweepPoint point, CellSpec cell, byte[] png)
    {
        var profile = point.Recipe.ColourProfile;
        var plan = RenderPlan.Of(point.Recipe, new ImageSize(cell.Content.Width, cell.Content.Height),
            [.. cell.Styles.Select(style => new ImageSize(style.Input.Width, style.Input.Height))], null, point.StyleSize);
        return new ScoredPicture(FinishedPicture.Decode(png), Source(cell.Content),
            [.. cell.Styles.Select(style => new StyleSource(Source(style.Input), style.Share))], plan.Passes[^1].StyleSizes);

        FileImageSource Source(InputRef input) => new(input.Location, profile, input.Sha256);
    }
}
