using System.Text.Json.Nodes;
using StyleFarm.Cli.Stylize.Display;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Results;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Stylize;

/// <summary>Renders one picture from request to file, or goes on with it, or hands out what is finished already.</summary>
static class StylizeRun
{
    /// <summary>Runs and returns the exit code.</summary>
    public static int Execute(StylizeRequest request, TimeProvider clock, CancellationToken cancellation)
    {
        var display = RenderDisplay.Create(request.Json, clock);
        OutputPicture.CheckName(request);
        EngineChoice.UseThreads(request.Threads);
        var (job, notice) = StylizeJob.Prepare(request, clock);
        OutputPicture.CheckWritable(request.Output, job.Plan.Size);
        if (notice is not null) display.Notice(notice);

        using var folder = CellFolder.Open(request.State, job.Id);
        var provenance = folder.Result();
        if (provenance is null)
        {
            provenance = Render(job, folder, display, clock, cancellation);
        }
        else
        {
            display.Notice($"this picture is finished already; taken from {request.State}");
            if (request.Telemetry is { } telemetry) TelemetryFile.Create(telemetry, folder.Telemetry()).Dispose();
        }

        if (!OutputPicture.Write(job, folder.Picture, provenance))
            display.Notice("result.json in the folder of the picture is not StyleFarm's and stays as it is");
        display.Finished(request.Output, provenance);
        return CommandLine.Done;
    }

    static JsonObject Render(StylizeJob job, CellFolder folder, IRenderDisplay display, TimeProvider clock, CancellationToken cancellation)
    {
        var started = clock.GetUtcNow();
        var begun = clock.GetTimestamp();
        var cell = job.Decode();
        var resume = folder.NewestCheckpoint(display.Warn);
        var firstStep = resume?.Step ?? 0;
        folder.GoBackTo(firstStep);
        if (resume is not null) display.Notice($"going on from step {firstStep}");

        using var recorder =
            new CellRecorder(folder, display, Provenance.OfCheckpoint(job.Id, job.Recipe), job.Request.Telemetry, firstStep);
        display.Notice($"{job.Content.Path} at {job.Plan.Size}, {job.Plan.Steps} steps on {job.Engine.Device} in {job.Request.Precision}, "
            + $"about {MemoryBudget.Text(job.Forecast.TotalBytes)}");
        using var network = new Vgg19(job.Weights, job.Engine.Precision, job.Engine.Device);
        var renderer = new StyleRenderer(network, clock);
        memory.reset_peak(job.Engine.Device);
        var setup = clock.GetElapsedTime(begun).TotalSeconds;
        try
        {
            display.Run(job.Plan.Steps, firstStep, () =>
                renderer.Render([new BatchCell(cell, resume)], job.Request.CheckpointEvery, recorder, new RenderControl(), cancellation));
        }
        catch (OperationCanceledException) when (recorder.KeptStep is { } step)
        {
            display.Notice($"interrupted; {step} of {job.Plan.Steps} steps are kept in {job.Request.State}, "
                + "and the same command goes on from there");
            throw;
        }

        recorder.Finish();
        var run = new EngineRun(started, firstStep, setup, clock.GetElapsedTime(begun).TotalSeconds - setup,
            memory.statistics(job.Engine.Device).Peak);
        var provenance = Provenance.Of(job.Facts(run, recorder.Result!));
        folder.Finish(recorder.Result!.Image, provenance);
        return provenance;
    }
}
