using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>What a user sees while a farm works. What it is told as a watch may come from any thread.</summary>
interface IFarmDisplay : IFarmWatch
{
    /// <summary>Shows a job while it is worked on. One after the other: a sweep is followed by the best of it, larger.</summary>
    /// <param name="job">The job.</param>
    /// <param name="work">The work; what it throws ends the display, and goes on to the caller.</param>
    Task<T> ShowAsync<T>(JobSpec job, Func<Task<T>> work);

    /// <summary>The end.</summary>
    void Finished(FarmSummary summary);
}
