using System.Text.Json.Nodes;
using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Inputs;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.GpuNode.Uploads;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Results;
using static StyleFarm.Torch.torch;

namespace StyleFarm.GpuNode.Rendering;

/// <summary>A batch while it renders: whose it is, where its results go, and what they will say of it.</summary>
sealed class BatchUnderway
{
    public required AssignShard Shard { get; init; }

    public required IReadOnlyList<ReadyCell> Cells { get; init; }

    /// <summary>The way of each cell into the store.</summary>
    public required IReadOnlyList<CellLane> Lanes { get; init; }

    /// <summary>The step that each cell begins at.</summary>
    public required IReadOnlyList<int> FirstSteps { get; init; }

    /// <summary>The moment of the shard that it begins at.</summary>
    public required int Moment { get; init; }

    public required UploadLane Uploads { get; init; }

    public required PaceMeter Pace { get; init; }

    /// <summary>Why a cell was asked to stop.</summary>
    public required Func<CellId, Messages.Wire.StopReason> ReasonOf { get; init; }

    public required WarmNetwork Network { get; init; }

    public required EngineServices Services { get; init; }

    public required MemoryForecast Forecast { get; init; }

    /// <summary>When the shard came to the device, and the same as a timestamp.</summary>
    public required (DateTimeOffset Time, long Stamp) Begun { get; init; }

    /// <summary>The timestamp of the first step.</summary>
    public long FirstStepStamp { get; set; }

    /// <summary>Seconds of rendering so far.</summary>
    public double Seconds => Services.Clock.GetElapsedTime(FirstStepStamp).TotalSeconds;

    /// <summary>What result.json says of a cell that is finished now.</summary>
    public JsonObject Provenance(int cell, LossReport final, Score? score)
    {
        var (resolved, spec, options) = (Cells[cell].Resolved, Cells[cell].Assignment.Cell, Services.Options);
        return StyleTransfer.Results.Provenance.Of(new ResultFacts
        {
            Cell = spec.Id.ToString(),
            Content = FileOf(spec.Content),
            Styles = [.. spec.Styles.Select(style => (FileOf(style.Input), style.Share))],
            Initial = spec.Initial is { } initial ? FileOf(initial) : null,
            RecipeName = Shard.RecipeName,
            Recipe = resolved.Recipe,
            Size = resolved.Size,
            StyleSize = resolved.StyleSize,
            Plan = resolved.Plan,
            Seed = spec.Seed,
            WeightsSource = Network.Weights.Source,
            WeightsIdentity = Network.Weights.Identity,
            Precision = Shard.Precision,
            Device = options.Device.ToString(),
            Threads = Network.Threads,
            ForecastBytes = Forecast.TotalBytes,
            Run = new EngineRun(Begun.Time, FirstSteps[cell], Services.Clock.GetElapsedTime(Begun.Stamp, FirstStepStamp).TotalSeconds,
                Seconds,
                memory.statistics(options.Device).Peak),
            Final = final,
            Score = score,
            Farm = new FarmFacts(Shard.Job, options.Node, Cells[cell].Assignment.Attempt, Shard.Cells.Length, Cells.Count),
        });
    }

    static InputFileInfo FileOf(InputRef input) => new(input.Location, input.Sha256, new ImageSize(input.Width, input.Height));
}
