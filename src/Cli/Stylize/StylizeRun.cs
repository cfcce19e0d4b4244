using System.Text.Json.Nodes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Safetensors;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Stylize;

/// <summary>Renders one picture from request to file, or goes on with it, or hands out what is finished already.</summary>
static class StylizeRun
{
    /// <summary>Runs and returns the exit code.</summary>
    public static int Execute(StylizeRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        var display = RenderDisplay.Create(request.Json, clock);
        OutputPicture.CheckWritable(request.Output);
        EngineChoice.UseThreads(request.Threads);
        var (job, notice) = StylizeJob.Prepare(request, clock);
        if (notice is not null) display.Notice(notice);

        using var folder = CellFolder.Open(request.State, job.Id);
        JsonObject provenance;
        if (folder.IsFinished && File.Exists(folder.ResultPicture(OutputPicture.StoredExtension)))
        {
            display.Notice($"this picture is finished already; taken from {request.State}");
            provenance = JsonNode.Parse(File.ReadAllText(folder.ResultJson))!.AsObject();
        }
        else
        {
            provenance = Render(job, folder, display, clock, cancellation);
        }

        OutputPicture.Write(job, folder.ResultPicture(OutputPicture.StoredExtension), provenance);
        display.Finished(request.Output, provenance);
        return CommandLine.Done;
    }

    static JsonObject Render(StylizeJob job, CellFolder folder, IRenderDisplay display, TimeProvider clock, CancellationToken cancellation)
    {
        var started = clock.GetUtcNow();
        var begun = clock.GetTimestamp();
        var resume = folder.NewestCheckpoint(display.Warn);
        if (resume is not null) display.Notice($"going on from step {resume.Step}");
        display.Notice($"{job.Content.Path} at {job.Plan.Size}, {job.Plan.Steps} steps on {job.Engine.Device} in {job.Request.Precision}, "
            + $"about {MemoryBudget.Text(job.Forecast.TotalBytes)}");

        using var recorder = new CellRecorder(folder, display, CheckpointMetadata(job), job.Request.Telemetry, resume?.Step ?? 0);
        using var network = new Vgg19(job.Weights, job.Engine.Precision, job.Engine.Device);
        var renderer = new StyleRenderer(network, clock);
        memory.reset_peak(job.Engine.Device);
        var setup = clock.GetElapsedTime(begun).TotalSeconds;
        CellResult? result = null;
        display.Run(job.Plan.Steps, resume?.Step ?? 0, () => result = renderer.Render([job.Cell()], resume is null ? null : [resume],
            job.Request.CheckpointEvery, recorder, cancellation)[0]);
        recorder.Finish();

        var run = new EngineRun(started, resume?.Step ?? 0, setup, clock.GetElapsedTime(begun).TotalSeconds - setup,
            memory.statistics(job.Engine.Device).Peak);
        var provenance = Provenance.Of(job, result!.Final, run);
        ImageFile.Save(result.Image, folder.ResultPicture(OutputPicture.StoredExtension));
        AtomicFile.Write(folder.ResultJson, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(Provenance.Text(provenance))));
        folder.ForgetCheckpoints();
        return provenance;
    }

    static Dictionary<string, string> CheckpointMetadata(StylizeJob job) => new()
    {
        ["cell"] = job.Id.ToString(),
        ["recipe_hash"] = job.Recipe.Hash(),
        ["stylefarm"] = Provenance.Version,
        ["libtorch"] = __version__,
    };
}
