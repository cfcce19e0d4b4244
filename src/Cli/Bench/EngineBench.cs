using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Telemetry;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Bench;

/// <summary>
/// Times steps of the engine as they are taken in a real rendering: losses read, divergence guard on, on pictures of noise.
/// </summary>
/// <param name="network">The warm network.</param>
/// <param name="clock">Times the steps.</param>
sealed class EngineBench(Vgg19 network, TimeProvider clock)
{
    const ulong ContentSeed = 1;
    const ulong StyleSeed = 2;
    const int StepsWithCheckpoint = 5;

    /// <summary>Measures one recipe at one size; coarse-to-fine recipes at that size only.</summary>
    /// <param name="recipe">A recipe of a first-order step rule.</param>
    /// <param name="name">Its name.</param>
    /// <param name="side">Of the square image, in pixels.</param>
    /// <param name="precision">The name of the network's precision.</param>
    /// <param name="warmUp">Steps that are not counted.</param>
    /// <param name="steps">Steps that are.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    public EngineTiming Measure(Recipe recipe, string name, int side, string precision, int warmUp, int steps,
        CancellationToken cancellation)
    {
        var cell = Cell(recipe with { Scales = null, Steps = warmUp + steps }, side);
        memory.empty_cache(network.Device);
        memory.reset_peak(network.Device);
        var plain = Render(cell, checkpointEvery: 0, cancellation);
        var peak = memory.statistics(network.Device).Peak;

        // Every other step writes a checkpoint, whose time falls to the report after it.
        var withCheckpoints =
            Render(Cell(recipe with { Scales = null, Steps = 2 * StepsWithCheckpoint + 1 }, side), checkpointEvery: 2, cancellation);
        var checkpoint = Median(withCheckpoints, step => step > 0 && step % 2 == 0) - Median(withCheckpoints, step => step % 2 == 1);

        return new EngineTiming(name, side, precision,
            [.. plain.Reports.Skip(warmUp).Select(report => report.Milliseconds)],
            [.. plain.Reports.Select(report => report.Total)],
            peak, MemoryForecast.Of(recipe, cell.Plan, network.Precision, cells: 1).DeviceBytes, checkpoint,
                withCheckpoints.CheckpointBytes);

        static double Median(Recorder recorder, Func<int, bool> wanted) =>
            EngineTiming.Median(recorder.Reports.Where(report => wanted(report.Step)).Select(report => report.Milliseconds));
    }

    Recorder Render(RenderCell cell, int checkpointEvery, CancellationToken cancellation)
    {
        using var recorder = new Recorder();
        new StyleRenderer(network, clock).Render([new BatchCell(cell)], checkpointEvery, recorder, new RenderControl(), cancellation);
        return recorder;
    }

    static RenderCell Cell(Recipe recipe, int side)
    {
        var size = new ImageSize(side, side);
        return new RenderCell
        {
            Id = "bench",
            Recipe = recipe,
            Plan = RenderPlan.Of(recipe, size, [size], RecipeSize.Original, null),
            Content = new NoiseImage(ContentSeed),
            Styles = [new StyleSource(new NoiseImage(StyleSeed), 1)],
        };
    }

    sealed class Recorder : IRenderObserver, IDisposable
    {
        readonly string _path = Path.Combine(Path.GetTempPath(), $"stylefarm-bench-{Environment.ProcessId}.safetensors");

        public List<LossReport> Reports { get; } = [];

        public long CheckpointBytes { get; private set; }

        public void LossesRead(LossReport report) => Reports.Add(report);

        public void CheckpointReached(int cell, CellCheckpoint checkpoint)
        {
            CheckpointFile.Write(_path, checkpoint, new Dictionary<string, string>());
            CheckpointBytes = new FileInfo(_path).Length;
        }

        public void RolledBack(int cell, int toStep, double rateFactor) => Reports.RemoveAll(report => report.Step >= toStep);

        public void CellFinished(int cell, CellResult result)
        {
        }

        public void CellStopped(int cell, StoppedCell stopped)
        {
        }

        public void CellFailed(int cell, StyleFarmException failure) => throw failure;

        public void Dispose() => File.Delete(_path);
    }
}
