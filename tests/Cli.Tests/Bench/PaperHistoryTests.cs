using StyleFarm.Cli.Bench.Journal;
using StyleFarm.Coordinator.Log;
using StyleFarm.Coordinator.State;

namespace StyleFarm.Cli.Tests.Bench;

public sealed class PaperHistoryTests
{
    const int Pages = 3;
    const int RecordsOfPage = 1 + 2 * 64 + 2 * 256;

    [Fact]
    public void What_is_appended_is_a_history_that_a_coordinator_can_start_from()
    {
        var state = new FarmState();
        foreach (var record in PaperHistory.Records().Take(3 + Pages * RecordsOfPage)) state.Apply(FarmEventCodec.Decode(record));

        var counts = Assert.Single(state.Jobs.Values).Counts;
        Assert.Equal((Pages * 256, Pages * 256), (counts.Found, counts.Finished));
        Assert.Empty(state.Shards);
    }

    [Fact]
    public void Four_transitions_of_each_cell_are_counted()
    {
        Assert.Equal(4.0 * 256, PaperHistory.TransitionsPerRecord * RecordsOfPage, 6);
    }
}
