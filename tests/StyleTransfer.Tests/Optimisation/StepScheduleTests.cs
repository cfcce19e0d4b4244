using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Optimisation;

namespace StyleFarm.StyleTransfer.Tests.Optimisation;

public sealed class StepScheduleTests
{
    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(199, 0.1)]
    [InlineData(200, 0.08)]
    [InlineData(399, 0.08)]
    [InlineData(400, 0.064)]
    [InlineData(499, 0.064)]
    public void The_rate_falls_after_every_so_many_steps(int step, double expected) =>
        Assert.Equal(expected, StepSchedule.LearningRate(new ScheduleSpec { Every = 200, Gamma = 0.8 }, 0.1, step), 1e-15);

    [Fact]
    public void Without_a_schedule_the_rate_stays() => Assert.Equal(0.1, StepSchedule.LearningRate(null, 0.1, 100_000));

    [Fact]
    public void A_negative_step_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StepSchedule.LearningRate(null, 0.1, -1));
}
