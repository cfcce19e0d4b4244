using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>Whatever ends a command, the same command again goes on, and comes to the same picture to the bit.</summary>
public sealed class InterruptionTests : IDisposable
{
    const int MostKills = 4;

    readonly Studio _studio = new();

    public void Dispose() => _studio.Dispose();

    /// <summary>A recipe, its steps, and the steps between checkpoints: of every kind of state that a checkpoint has to hold.</summary>
    public static TheoryData<string, int, int> Renderings => new()
    {
        { "d2l", 30, 5 },
        { "tf-eager", 20, 4 },
        { "viblo-rmsprop", 30, 7 },
        { "stylefarm", 60, 8 },
        { "keras-lbfgs", 3, 1 },
    };

    [Theory]
    [MemberData(nameof(Renderings))]
    public async Task Killed_again_and_again_it_comes_to_the_same_picture(string recipe, int steps, int interval)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        string[] options = ["--recipe", recipe, "--steps", $"{steps}", "--checkpoint-every", $"{interval}"];
        await RenderUndisturbedAsync(options);

        var (kills, reached) = (0, -1);
        for (; ; kills++)
        {
            using var run = _studio.Start(Studio.Command([.. options, "--json", "--telemetry", "t.jsonl"]));
            var goal = reached + random.Next(1, steps / 3 + 2);
            var pause = random.Next(0, 8);
            await run.ReadUntilAsync(line =>
            {
                if (Event(line) is ("start", var first))
                    Assert.True(reached + 1 - first <= interval, $"seed {seed}: from {reached} back to {first}");
                if (Event(line) is ("progress", var step)) reached = Math.Max(reached, step);
                return kills < MostKills && reached >= goal;
            });
            if (kills == MostKills || reached < goal)
            {
                (await run.EndAsync()).Succeeds();
                break;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(pause), TimeProvider.System, TestContext.Current.CancellationToken);
            run.Signal("KILL");
            await run.EndAsync();
            AssertNothingPartial();
        }

        Assert.True(kills > 0, $"seed {seed}: it was never killed");
        AssertSameAsUndisturbed();
        Assert.Empty(Directory.GetFiles(_studio["state"], ".*.tmp", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("d2l")]
    [InlineData("keras-lbfgs")]
    public async Task Ctrl_c_keeps_all_that_is_done(string recipe)
    {
        string[] options = ["--recipe", recipe, "--steps", recipe == "d2l" ? "60" : "5"];
        await RenderUndisturbedAsync(options);

        using var run = _studio.Start(Studio.Command([.. options, "--json"]));
        await run.ReadUntilAsync(line => Event(line) is ("progress", >= 2));
        run.Signal("INT");
        var interrupted = await run.EndAsync();

        Assert.Equal(130, interrupted.Code);
        Assert.Empty(interrupted.Errors);
        Assert.Contains("interrupted; ", interrupted.Text);
        Assert.False(File.Exists(_studio["out.png"]));
        var kept = Directory.GetFiles(Path.Combine(_studio.Cell, "checkpoints")).Max()!;
        var step = int.Parse(Path.GetFileName(kept)[..8]);
        Assert.True(step >= 2);

        var resumed = (await _studio.StylizeAsync([.. options, "--telemetry", "t.jsonl"])).Succeeds();

        Assert.Contains($"going on from step {step}", resumed.Text);
        AssertSameAsUndisturbed();
    }

    [Fact]
    public async Task What_is_finished_is_not_rendered_again()
    {
        string[] options = ["--recipe", "d2l", "--steps", "12"];
        (await _studio.StylizeAsync(options)).Succeeds();
        var kept = Directory.GetFiles(_studio.Cell, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);
        var picture = File.ReadAllBytes(_studio["out.png"]);
        File.Delete(_studio["out.png"]);

        var again = (await _studio.StylizeAsync([.. options, "--json", "--telemetry", "t.jsonl"])).Succeeds();

        Assert.Empty(again.EventsOf("progress"));
        Assert.Contains("finished already", (string?)Assert.Single(again.EventsOf("notice"))["message"]);
        Assert.Equal(picture, File.ReadAllBytes(_studio["out.png"]));
        Assert.Equal(12, File.ReadLines(_studio["t.jsonl"]).Count());
        Assert.All(kept, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
    }

    [Fact]
    public async Task Two_at_once_do_not_share_a_cell()
    {
        var command = Studio.Command("--recipe", "d2l", "--steps", "100000", "--json");
        using var first = _studio.Start(command);
        await first.ReadUntilAsync(line => Event(line) is ("progress", _));

        var second = await _studio.RunAsync(command);

        second.IsRefused("another stylefarm is rendering this very picture", "--state");
    }

    [Theory]
    [InlineData("cut short")]
    [InlineData("one bit over")]
    [InlineData("empty")]
    public async Task A_damaged_checkpoint_is_passed_over(string damage)
    {
        string[] options = ["--recipe", "d2l", "--steps", "60", "--checkpoint-every", "4"];
        using (var run = _studio.Start(Studio.Command([.. options, "--json"])))
        {
            await run.ReadUntilAsync(line => Event(line) is ("progress", >= 13));
            run.Signal("KILL");
            await run.EndAsync();
        }

        var newest = Directory.GetFiles(Path.Combine(_studio.Cell, "checkpoints")).Max()!;
        var bytes = File.ReadAllBytes(newest);
        if (damage == "one bit over") bytes[^1000] ^= 1;
        File.WriteAllBytes(newest, damage switch { "cut short" => bytes[..(bytes.Length / 2)], "empty" => [], _ => bytes });
        var step = int.Parse(Path.GetFileName(newest)[..8]);

        var resumed = (await _studio.StylizeAsync([.. options, "--telemetry", "t.jsonl"])).Succeeds();

        Assert.StartsWith($"stylefarm: warning: passed over: {newest}: ", Assert.Single(resumed.Errors));
        Assert.Contains($"going on from step {step - 4}", resumed.Text);
        await RenderUndisturbedAsync(options);
        AssertSameAsUndisturbed();
    }

    [Fact]
    public async Task A_cell_whose_result_was_damaged_is_rendered_again()
    {
        (await _studio.StylizeAsync()).Succeeds();
        var picture = File.ReadAllBytes(_studio["out.png"]);
        File.WriteAllText(Path.Combine(_studio.Cell, "result.json"), "{");

        (await _studio.StylizeAsync()).Succeeds();

        Assert.Equal(picture, File.ReadAllBytes(_studio["out.png"]));
    }

    async Task RenderUndisturbedAsync(string[] options) =>
        (await _studio.StylizeAsync([.. options, "-o", "whole.png", "--telemetry", "whole.jsonl", "--state", "undisturbed"])).Succeeds();

    void AssertSameAsUndisturbed()
    {
        Assert.Equal(File.ReadAllBytes(_studio["whole.png"]), File.ReadAllBytes(_studio["out.png"]));
        Assert.Equal(Studio.TimelessLines(_studio["whole.jsonl"]), Studio.TimelessLines(_studio["t.jsonl"]));
    }

    static (string Kind, int Step) Event(string line)
    {
        var json = JsonNode.Parse(line)!;
        return ((string)json["event"]!, (int?)json["step"] ?? -1);
    }

    /// <summary>After a kill: no result, and of the rest only whole files under names that are read (others begin with a dot).</summary>
    void AssertNothingPartial()
    {
        Assert.False(File.Exists(_studio["out.png"]));
        var files = Directory.GetFiles(_studio["state"], "*", SearchOption.AllDirectories);
        foreach (var path in files.Where(path => Path.GetFileName(path)[0] != '.'))
            switch (Path.GetExtension(path))
            {
                case ".safetensors": Assert.NotNull(StyleTransfer.Checkpoints.CheckpointFile.Read(path)); break;
                case ".jsonl": Assert.NotEmpty(Studio.TimelessLines(path)); break;
                case ".png": Assert.NotNull(ImageFile.Load(path, SizeSpec.Original)); break;
                default: Assert.Matches(new Regex("/result.json$"), path); break;
            }
    }
}
