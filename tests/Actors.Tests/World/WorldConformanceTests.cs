using StyleFarm.Actors.Testing;
using StyleFarm.Conformance;

namespace StyleFarm.Actors.Tests.World;

/// <summary>Each play in many interleavings: what is promised does not depend on whose turn is next.</summary>
public sealed class WorldConformanceTests
{
    const int Seeds = 50;

    public static TheoryData<string> Names => ConformanceTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Plays_as_written_in_every_interleaving(string name)
    {
        var scenario = Scenario.Named(name);
        for (var seed = 0; seed < Seeds; seed++)
        {
            var world = new DeterministicWorld(seed);
            var stage = new Stage(world.CreateSystem("play"));

            world.Run(() => scenario.PlayAsync(stage));
            world.Await(stage.System.Terminate());

            Assert.True(scenario.Expected == stage.Transcript, $"seed {seed}: expected {scenario.Expected}, found {stage.Transcript}");
            Assert.Equal(0, world.ForeignPosts);
        }
    }
}
