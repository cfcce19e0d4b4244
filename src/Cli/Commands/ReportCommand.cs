using System.CommandLine;
using StyleFarm.Cli.Farm;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Requests;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm report JOB --out DIR`.</summary>
static class ReportCommand
{
    const string Lesson =
        """
        Examples:
          stylefarm report starry-grid --out report             the job of this name, from .stylefarm in the current folder
          stylefarm report starry-grid-0f3a --out report        the job whose id begins so

        Writes index.html, which needs nothing else, and cells.csv. Also of a sweep that is not finished.
        """;

    static readonly Argument<string> Job =
        new Argument<string>("JOB") { Description = "A job's id, its name, or the beginning of one." }.WithoutStrayOptions();

    public static Command Create()
    {
        var command = new TaughtCommand("report", "Write the report of a sweep.", Lesson)
        {
            Job, JobOptions.Out, EngineOptions.State, EngineOptions.Json,
        };
        command.SetAction((parsed, cancellation) => FarmHost.ReportAsync(new ReportRequest(
            parsed.GetValue(Job)!,
            DeliverySpec.ReadFolder(parsed.GetValue(JobOptions.Out)!, Environment.CurrentDirectory),
            parsed.GetValue(EngineOptions.State)!,
            parsed.GetValue(EngineOptions.Json)), TimeProvider.System, cancellation));
        return command;
    }
}
