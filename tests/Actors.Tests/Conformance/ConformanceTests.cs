
namespace StyleFarm.Conformance;

/// <summary>Each play on the thread pool of the runtime this is built with.</summary>
public sealed class ConformanceTests
{
    public static TheoryData<string> Names => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Plays_as_written(string name)
    {
        var scenario = Scenario.Named(name);
        var system = ActorSystems.Create("play", TimeProvider.System);
        var stage = new Stage(system);

        await scenario.PlayAsync(stage);
        await system.Terminate();

        Assert.Equal(scenario.Expected, stage.Transcript);
    }
}
