using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Optimisation;

/// <summary>The learning rate over the steps: lr · gamma^(step // every), as PyTorch's StepLR.</summary>
public static class StepSchedule
{
    /// <summary>The learning rate of a step.</summary>
    /// <param name="schedule">How it falls; null: not at all.</param>
    /// <param name="lr">The learning rate of step 0, above 0.</param>
    /// <param name="step">From 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    public static double LearningRate(ScheduleSpec? schedule, double lr, int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        return schedule is null ? lr : lr * Math.Pow(schedule.Gamma, step / schedule.Every);
    }
}
