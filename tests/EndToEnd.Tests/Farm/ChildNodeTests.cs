using System.Text.Json.Nodes;
using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>Nodes in processes of their own: whatever ends one of them, or all, the pictures are those of an undisturbed run.</summary>
public sealed class ChildNodeTests : IDisposable
{
    const int Photos = 4;

    /// <summary>More than any test waits for.</summary>
    const int Endless = 1_000_000;

    /// <summary>Three that count are enough.</summary>
    const int MostKills = 10;

    static readonly TimeSpan SoonGone = TimeSpan.FromSeconds(30);

    readonly Studio _studio = new();

    public ChildNodeTests()
    {
        Directory.CreateDirectory(_studio["photos"]);
        for (var photo = 0; photo < Photos; photo++)
            ImageFile.Save(Pictures.Noise(40, 32, (uint)photo + 7), _studio[$"photos/{photo}.png"]);
    }

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task Two_nodes_share_a_batch_and_end_when_the_farm_is_killed()
    {
        using var run = _studio.Start(Batch(Endless, "state", "--nodes", "2"));
        var cells = new HashSet<string>();
        // Each renders one at a time, and none ends.
        await run.ReadUntilAsync(line => ProgressOf(line) is { } cell && cells.Add(cell) && cells.Count == 2);
        var nodes = SystemProcess.ChildrenOf(run.Id);

        run.Signal("KILL");

        Assert.Equal(2, cells.Count);
        Assert.Equal(2, nodes.Length);
        await SystemProcess.EndAsync(nodes, SoonGone);
        Assert.Equal(128 + 9, (await run.EndAsync()).Code);
    }

    [Fact]
    public async Task Nodes_that_are_killed_are_replaced_and_the_pictures_are_the_same()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        const int Steps = 300;
        await RenderUndisturbedAsync(Steps);

        using var run = _studio.Start(Batch(Steps, "state", "--nodes", "2"));
        foreach (var signal in new[] { "KILL", "SEGV" })
        {
            var wanted = random.Next(1, 4);
            var line = await run.ReadUntilAsync(line => ProgressOf(line) is not null && --wanted == 0);
            Assert.True(line is not null, $"seed {seed}: over too early");
            var nodes = SystemProcess.ChildrenOf(run.Id);
            await SystemProcess.EndByAsync(signal, nodes[random.Next(nodes.Length)], SoonGone);
        }

        var ended = (await run.EndAsync()).Succeeds();

        var warnings = ended.EventsOf("warning").Select(line => (string)line["message"]!).ToList();
        Assert.Contains(warnings, text => text.Contains("ended unexpectedly (signal 9, SIGKILL"));
        Assert.Contains(warnings, text => text.Contains("ended unexpectedly (signal 11, SIGSEGV") || text.Contains("signal 6, SIGABRT"));
        Assert.Equal(Photos, (int)Assert.Single(ended.EventsOf("result"))["finished"]!);
        AssertSameAsUndisturbed($"seed {seed}");
    }

    [Fact]
    public async Task A_picture_over_which_nodes_die_is_quarantined()
    {
        string[] command = [.. Batch(Endless, "state", "--nodes", "1").Select(word => word == "photos" ? "photos/0.png" : word)];
        using var run = _studio.Start(command);
        // What a node told may be read after the word of its death: the next one is then killed before it renders, which is no death over
        // the picture.
        for (var kills = 0; await run.ReadUntilAsync(line => ProgressOf(line) is not null) is not null; kills++)
        {
            Assert.True(kills < MostKills, $"not quarantined after {kills} kills");
            if (SystemProcess.ChildrenOf(run.Id) is not [var node]) continue;
            await SystemProcess.EndByAsync("KILL", node, SoonGone);
            await run.ReadUntilAsync(line => line.Contains("ended unexpectedly", StringComparison.Ordinal));
        }

        var ended = await run.EndAsync();

        Assert.Equal(1, ended.Code);
        var fault = Assert.Single(ended.EventsOf("result").Single()["faults"]!.AsArray())!;
        Assert.Equal(_studio["photos/0.png"], (string?)fault["input"]);
        Assert.Contains("quarantined: 3 nodes died", (string?)fault["reason"]);
    }

    [Fact]
    public async Task Ctrl_c_ends_nodes_with_checkpoints_and_the_same_command_goes_on_from_there()
    {
        const int Steps = 300;
        await RenderUndisturbedAsync(Steps);
        var reached = new Dictionary<string, int>();
        using var run = _studio.Start(Batch(Steps, "state", "--nodes", "2"));
        await run.ReadUntilAsync(line => Follow(line, reached));
        var nodes = SystemProcess.ChildrenOf(run.Id);

        // A terminal sends it to all of them.
        foreach (var process in nodes.Append(run.Id)) SystemProcess.Signal("INT", process);
        var interrupted = await run.EndAsync();

        Assert.Equal(130, interrupted.Code);
        Assert.Empty(interrupted.Errors);
        Assert.Empty(interrupted.EventsOf("warning"));
        Assert.Contains(interrupted.EventsOf("notice"), line => ((string)line["message"]!).StartsWith("interrupted; "));
        await SystemProcess.EndAsync(nodes, TimeSpan.Zero);

        var resumed = (await _studio.RunAsync(Batch(Steps, "state", "--nodes", "2"))).Succeeds();

        foreach (var (cell, step) in reached)
            Assert.True((int)resumed.EventsOf("losses").First(line => (string?)line["cell"] == cell)["step"]! >= step, $"{cell} began anew");
        AssertSameAsUndisturbed("resumed");
    }

    [Fact]
    public async Task A_node_without_a_proper_name_is_refused() =>
        (await _studio.RunAsync("node", "--parent-pipe", ".a")).IsRefused("--parent-pipe .a: ", "no node id");

    async Task RenderUndisturbedAsync(int steps) =>
        (await _studio.RunAsync(Batch(steps, "undisturbed"))).Succeeds();

    void AssertSameAsUndisturbed(string run)
    {
        for (var photo = 0; photo < Photos; photo++)
        {
            var (whole, disturbed) = (_studio[$"out-undisturbed/{photo}.png"], _studio[$"out-state/{photo}.png"]);
            Assert.True(File.ReadAllBytes(whole).SequenceEqual(File.ReadAllBytes(disturbed)), $"{run}: picture {photo} differs");
        }
    }

    /// <summary>One thread to a node and one cell to a shard, so that it does not matter which node renders what.</summary>
    static string[] Batch(int steps, string state, params string[] options) =>
    [
        "batch", "photos", "--style", "style.png", "--out", $"out-{state}", "--state", state, "--recipe", "d2l", "--size", "32", "--steps",
        $"{steps}", "--checkpoint-every", "4", "--weights", "seeded:1", "--threads", "1", "--shard-size", "1", "--json", .. options,
    ];

    static string? ProgressOf(string line) =>
        JsonNode.Parse(line) is { } json && (string?)json["event"] == "losses" ? (string?)json["cell"] : null;

    static bool Follow(string line, Dictionary<string, int> reached)
    {
        if (ProgressOf(line) is not { } cell) return false;
        reached[cell] = (int)JsonNode.Parse(line)!["step"]!;
        return reached.Values.Sum() >= 12;
    }
}
