using System.Collections.Immutable;
using System.Security.Cryptography;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Stylize;

/// <summary>An input picture that was looked at.</summary>
/// <param name="Path">As given.</param>
/// <param name="Hash">SHA-256 of the file, hex.</param>
/// <param name="Size">Upright, as in the file.</param>
sealed record InputFileInfo(string Path, string Hash, ImageSize Size)
{
    /// <summary>Reads the header and hashes the file.</summary>
    /// <exception cref="StyleFarmException">BadInput: no usable image.</exception>
    public static InputFileInfo Read(string path)
    {
        var info = ImageFile.Probe(path, ImageLimits.Default);
        using var stream = File.OpenRead(path);
        return new InputFileInfo(path, Convert.ToHexStringLower(SHA256.HashData(stream)), info.Size);
    }
}

/// <summary>A request with everything looked up that decides the result: inputs hashed, sizes resolved, weights loaded.</summary>
sealed record StylizeJob(
    StylizeRequest Request,
    InputFileInfo Content,
    ImmutableArray<(InputFileInfo Input, double Share)> Styles,
    InputFileInfo? Initial,
    Recipe Recipe,
    RenderPlan Plan,
    EngineChoice Engine,
    VggWeights Weights,
    MemoryForecast Forecast,
    CellId Id)
{
    /// <summary>Looks everything up, the cheap things first.</summary>
    /// <exception cref="StyleFarmException">An input or an option that cannot be used.</exception>
    public static (StylizeJob Job, string? Notice) Prepare(StylizeRequest request, TimeProvider clock)
    {
        var engine = EngineChoice.Read(request.Device, request.Precision);
        var content = InputFileInfo.Read(request.Content);
        var styles = Shares(request);
        var initial = request.Recipe.Init.Path is { } path ? InputFileInfo.Read(path) : null;
        var styleSizes = styles.Select(style => style.Input.Size).ToArray();
        var plan = RenderPlan.Of(request.Recipe, content.Size, styleSizes, request.Size, request.StyleSize);
        var forecast = MemoryForecast.Of(request.Recipe, plan, engine.Precision, cells: 1);
        MemoryBudget.Check(forecast, engine.Device, plan.Size);
        var (weights, notice) = WeightsSource.Resolve(request.Weights, WeightsCache.Default(clock));
        var last = plan.Passes[^1];
        var id = CellId.Of(new CellIdentity(
            content.Hash, [.. styles.Select(style => (style.Input.Hash, style.Share))], request.Recipe, last.Size.Width, last.Size.Height,
            [.. last.StyleSizes.Select(size => size.ToString())], request.Seed, request.Precision, weights.Identity, initial?.Hash));
        return (new StylizeJob(request, content, styles, initial, request.Recipe, plan, engine, weights, forecast, id), notice);
    }

    /// <summary>The job as the renderer takes it, with every picture decoded at the size of the first pass.</summary>
    /// <exception cref="StyleFarmException">BadInput: a picture is damaged.</exception>
    public RenderCell Decode()
    {
        var first = Plan.Passes[0];
        return new RenderCell
        {
            Id = Id.ToString(),
            Recipe = Recipe,
            Plan = Plan,
            Content = Decoded(Content, first.Size),
            Styles = [.. Styles.Zip(first.StyleSizes, (style, size) => new StyleSource(Decoded(style.Input, size), style.Share))],
            Initial = Initial is { } initial ? Decoded(initial, first.Size) : null,
            Seed = Request.Seed,
        };

        FileImageSource Decoded(InputFileInfo input, ImageSize size)
        {
            var source = new FileImageSource(input.Path, Recipe.ColourProfile);
            source.At(size);
            return source;
        }
    }

    static ImmutableArray<(InputFileInfo Input, double Share)> Shares(StylizeRequest request)
    {
        var given = request.StyleWeights;
        if (!given.IsEmpty && given.Length != request.Styles.Length)
            throw StyleFarmException.BadUsage(
                $"--style-weights names {given.Length} shares for {request.Styles.Length} styles; give one each");
        var sum = given.IsEmpty ? request.Styles.Length : given.Sum();
        return [.. request.Styles.Select((style, i) => (InputFileInfo.Read(style), (given.IsEmpty ? 1 : given[i]) / sum))];
    }
}
