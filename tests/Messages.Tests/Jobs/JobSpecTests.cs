using System.Text.Json;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Tests.Jobs;

public sealed class JobSpecTests
{
    static readonly JobSpec Least = new()
    {
        Id = new JobId("j"), Name = "job", Kind = JobKind.Sweep, Recipe = RecipePresets.Get("d2l"), WeightsHash = "77ff",
    };

    [Theory]
    [InlineData(50, 3, 500, new[] { 50, 150, 450 })]
    [InlineData(50, 3, 450, new[] { 50, 150 })]
    [InlineData(50, 2, 50, new int[0])]
    [InlineData(1_000_000_000, 1000, int.MaxValue, new[] { 1_000_000_000 })]
    public void Rungs_lie_below_the_steps_of_a_cell(int first, int factor, int steps, int[] expected) =>
        Assert.Equal(expected, (Least with { Rungs = new RungSpec(first, factor, 0.5) }).RungsBelow(steps));

    [Fact]
    public void Without_rungs_there_are_none() => Assert.Empty(Least.RungsBelow(500));

    [Fact]
    public void A_spec_that_was_kept_is_read_with_the_defaults_of_what_it_lacks()
    {
        var tree = JsonSerializer.SerializeToNode(Least, WireJson.Options)!.AsObject();
        foreach (var name in new[] { "precision", "checkpoint_every", "priority", "weight", "max_attempts", "source", "recipe_name" })
            Assert.True(tree.Remove(name), name);

        var read = tree.Deserialize<JobSpec>(WireJson.Options)!;

        Assert.Equal(Least with { Recipe = read.Recipe, Source = read.Source }, read);
        Assert.Equal(("fp32", 25, 50, 1, 3), (read.Precision, read.CheckpointEvery, read.Priority, read.Weight, read.MaxAttempts));
        Assert.Empty(read.Source);
    }
}
