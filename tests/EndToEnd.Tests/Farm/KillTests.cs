using System.Globalization;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>
/// SIGKILL at any moment: the same command again goes on, and comes to the same pictures to the bit. `bench/kill` runs this with many kills
/// (STYLEFARM_KILLS) and a seed of one's own (STYLEFARM_KILL_SEED).
/// </summary>
public sealed class KillTests : IDisposable
{
    readonly FarmStudio _studio = new();

    public void Dispose() => _studio.Dispose();

    [Fact]
    public Task A_batch_survives_kills_at_any_moment()
    {
        _studio.WithPhotos("photos/a.png", "photos/b.png", "photos/c.png", "photos/d.png", "photos/e.png");

        return KillAsync("batch", (state, output) => FarmStudio.Batch("--state", state, "--out", output), cells: 5, kills: 6);
    }

    [Fact]
    public Task A_sweep_survives_kills_at_any_moment()
    {
        _studio.WithSweep("style: [style.png]", "parameters:", "  style_weight: [1000, 10000]", "  tv_weight: [0, 10]");

        return KillAsync("sweep", (state, output) => FarmStudio.Sweep("--state", state, "--out", output), cells: 4, kills: 5);
    }

    Task KillAsync(string name, Func<string, string, string[]> command, int cells, int kills)
    {
        var (count, seed) = (Setting("STYLEFARM_KILLS") ?? kills, Setting("STYLEFARM_KILL_SEED") ?? Environment.TickCount & 0xFFFFFF);
        var plan = new KillPlan(name, command, cells, count, seed);
        return new KillHarness(_studio, plan, TestContext.Current.TestOutputHelper!.WriteLine).RunAsync();
    }

    static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
