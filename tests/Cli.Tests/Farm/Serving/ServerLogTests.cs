using StyleFarm.Cli.Farm.Serving;

namespace StyleFarm.Cli.Tests.Farm.Serving;

public sealed class ServerLogTests
{
    [Fact]
    public void Warn_TheSameWithinAMinute_IsSaidOnce()
    {
        var (text, clock) = (new StringWriter(), new SteppedClock());
        var log = new ServerLog(text, clock, json: false);

        log.Warn("the store is away");
        log.Warn("the store is away");
        log.Warn("the journal is away");
        clock.Forward(61);
        log.Warn("the store is away");
        log.Info("leads");
        log.Info("leads");

        Assert.Equal(
            ["the store is away", "the journal is away", "the store is away", "leads", "leads"],
            text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' ', 2)[1].Replace("warning: ", "")));
    }
}
