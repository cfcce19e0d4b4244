using StyleFarm.Cli.Bench.Farm;
using StyleFarm.TestKit;

namespace StyleFarm.Cli.Tests.Bench;

public sealed class FlightLogTests
{
    readonly FlightLog _left = new();
    readonly FlightLog _came = new();

    [Fact]
    public void Messages_of_one_kind_between_two_are_paired_in_their_order_and_those_on_their_way_left_out()
    {
        Note(_left, "a", 100, 110, 120);
        Note(_left, "b", 100);
        Note(_came, "b", 101);
        Note(_came, "a", 105, 130);

        Assert.Equal([1, 5, 20], _left.TimesTo(_came, since: 0).Order());
    }

    [Fact]
    public void Those_that_left_before_do_not_count_and_do_not_shift_the_others()
    {
        Note(_left, "a", 100, 110, 120);
        Note(_came, "a", 190, 111, 122);

        Assert.Equal([1, 2], _left.TimesTo(_came, since: 110).Order());
    }

    [Fact]
    public void A_log_of_another_process_is_as_good()
    {
        using var folder = new TempFolder();
        Note(_left, "a", 100, 110);
        Note(_came, "a", 103, 117);
        _left.Save(folder["left"]);
        _came.Save(folder["came"]);

        Assert.Equal([3, 7], FlightLog.Load(folder["left"]).TimesTo(FlightLog.Load(folder["came"]), since: 0).Order());
    }

    static void Note(FlightLog log, string from, params ReadOnlySpan<long> times)
    {
        foreach (var time in times) log.Note(from, "coordinator", "heartbeat", time);
    }
}
