using System.Collections.Immutable;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Results;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.Torch;

namespace StyleFarm.Cli.Stylize;

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
        var id = CellPlanner.IdOf(Terms(request, weights), plan, content.Hash, styles.Select(style => (style.Input.Hash, style.Share)),
            initial?.Hash);
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

    /// <summary>What result.json says of the job when it is done.</summary>
    public ResultFacts Facts(EngineRun run, CellResult result) => new()
    {
        Cell = Id.ToString(),
        Content = Content,
        Styles = Styles,
        Initial = Initial,
        RecipeName = Request.RecipeName,
        Recipe = Recipe,
        Size = Request.Size,
        StyleSize = Request.StyleSize,
        Plan = Plan,
        Seed = Request.Seed,
        WeightsSource = Weights.Source,
        WeightsIdentity = Weights.Identity,
        Precision = Request.Precision,
        Device = Engine.Device.ToString(),
        Threads = torch.get_num_threads(),
        ForecastBytes = Forecast.TotalBytes,
        Run = run,
        Final = result.Final,
    };

    static CellTerms Terms(StylizeRequest request, VggWeights weights) => new()
    {
        Recipe = request.Recipe,
        Size = request.Size,
        StyleSize = request.StyleSize,
        Seed = request.Seed,
        Precision = request.Precision,
        WeightsHash = weights.Identity,
    };

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
