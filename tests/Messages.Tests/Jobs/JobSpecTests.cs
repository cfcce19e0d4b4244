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
