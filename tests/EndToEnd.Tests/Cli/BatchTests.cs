using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cli;

public sealed class BatchTests : IDisposable
{
    readonly Studio _studio = new();

    public BatchTests()
    {
        Directory.CreateDirectory(_studio["photos/sub"]);
        ImageFile.Save(Pictures.Noise(48, 36, seed: 11), _studio["photos/a.png"]);
        ImageFile.Save(Pictures.Noise(48, 36, seed: 12), _studio["photos/b.jpg"]);
        ImageFile.Save(Pictures.Noise(36, 48, seed: 13), _studio["photos/sub/c.png"]);
    }

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task A_folder_of_photos_is_painted_once()
    {
        var first = (await BatchAsync("-r", "--json")).Succeeds();

        Assert.Equal(["painted/a.png", "painted/b.png", "painted/sub/c.png"], Painted("*.png"));
        Assert.Equal(["painted/a.result.json", "painted/b.result.json", "painted/sub/c.result.json"], Painted("*.result.json"));
        Assert.Equal("32x24", _studio.SizeOf("painted/b.png"));
        Assert.Equal("24x32", _studio.SizeOf("painted/sub/c.png"));
        Assert.Equal(3, first.EventsOf("cell").Count(cell => (string?)cell["state"] == "finished"));
        Assert.Equal(3, (int)first.EventsOf("result").Single()["finished"]!);

        ImageFile.Save(Pictures.Noise(48, 36, seed: 14), _studio["photos/new.png"]);
        File.Delete(_studio["painted/a.png"]);
        var second = (await BatchAsync("-r", "--json")).Succeeds();

        Assert.Equal("new.png", (string?)Assert.Single(second.EventsOf("cell"))["output"]);
        Assert.Equal((1, 3), ((int)second.EventsOf("result").Single()["finished"]!, (int)second.EventsOf("result").Single()["earlier"]!));
        Assert.Equal(4, Painted("*.png").Length);
    }

    [Fact]
    public async Task What_stylize_has_painted_counts()
    {
        (await _studio.RunAsync(Studio.Of(["photos/a.png", "style.png"], "--size", "32"))).Succeeds();

        var batch = (await BatchAsync("photos/a.png", "--json")).Succeeds();

        Assert.Empty(batch.EventsOf("cell"));
        Assert.Equal(1, (int)batch.EventsOf("result").Single()["earlier"]!);
        Assert.Equal(File.ReadAllBytes(_studio["out.png"]), File.ReadAllBytes(_studio["painted/a.png"]));
    }

    [Fact]
    public async Task Bad_photos_are_named_at_the_end_and_the_others_are_painted()
    {
        File.WriteAllText(_studio["photos/broken.jpg"], "no picture");
        File.WriteAllText(_studio["photos/empty.png"], "");

        var run = await BatchAsync();

        Assert.Equal(1, run.Code);
        Assert.Equal(["painted/a.png", "painted/b.png"], Painted("*.png"));
        Assert.Contains(run.Errors, line => line.Contains("photos/broken.jpg: is not an image", StringComparison.Ordinal));
        Assert.Contains(run.Errors, line => line.Contains("photos/empty.png: is empty", StringComparison.Ordinal));
        Assert.EndsWith("2 pictures rendered, 2 photos not usable, in 0:0" + run.Output[^1][^1], run.Output[^1]);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public async Task After_an_interruption_the_same_command_goes_on_to_the_same_pictures(string signal, int code)
    {
        string[] options = ["--steps", "60", "--checkpoint-every", "3", "--shard-size", "1"];
        (await BatchAsync([.. options, "--out", "whole", "--state", "other"])).Succeeds();

        using (var run = _studio.Start(Command([.. options, "--json"])))
        {
            Assert.NotNull(await run.ReadUntilAsync(line => line.Contains("\"event\":\"losses\"", StringComparison.Ordinal)));
            run.Signal(signal);
            Assert.Equal(code, (await run.EndAsync()).Code);
        }

        var again = (await BatchAsync([.. options, "--json"])).Succeeds();

        var result = again.EventsOf("result").Single();
        Assert.Equal(2, (int)result["finished"]! + (int)result["earlier"]!);
        foreach (var name in new[] { "a.png", "b.png" })
            Assert.Equal(File.ReadAllBytes(_studio["whole/" + name]), File.ReadAllBytes(_studio["painted/" + name]));
    }

    [Fact]
    public async Task Two_styles_give_two_pictures_in_the_format_that_is_asked_for()
    {
        ImageFile.Save(Pictures.Noise(40, 40, seed: 5), _studio["wave.png"]);

        (await _studio.RunAsync(Command("photos/a.png", "--style", "style.png", "wave.png", "--format", "jpg"))).Succeeds();

        Assert.Equal(["painted/a_style.jpg", "painted/a_wave.jpg"], Painted("*.jpg"));
    }

    [Fact]
    public async Task Photos_can_come_through_a_pipe()
    {
        string[] rest = [.. Command("-").Skip(2)];
        using var run = _studio.StartOther("bash", ["-c", "printf 'photos/a.png\\nphotos/sub/c.png\\n' | \"$STYLEFARM\" batch - \"$@\"", "bash", .. rest]);
        (await run.EndAsync()).Succeeds();

        Assert.Equal(["painted/a.png", "painted/sub/c.png"], Painted("*.png"));
    }

    [Fact]
    public async Task A_dry_run_and_an_estimate_write_nothing()
    {
        var dry = (await BatchAsync("-r", "--dry-run", "--json")).Succeeds();
        var estimate = (await BatchAsync("-r", "--estimate", "--json")).Succeeds();

        Assert.Equal(["a.png", "b.png", "sub/c.png"], dry.EventsOf("cell").Select(cell => (string?)cell["output"]));
        Assert.All(dry.EventsOf("cell"), cell => Assert.Equal("planned", (string?)cell["state"]));
        Assert.True((double)estimate.EventsOf("estimate").Single()["seconds"]! > 0);
        Assert.False(Directory.Exists(_studio["painted"]));
    }

    [Theory]
    [InlineData("gone", "gone: no such file or folder")]
    [InlineData("style.png --out s3://bucket/x", "--out s3://bucket/x")]
    [InlineData("style.png --name {nam}{ext}", "did you mean 'name'?")]
    public async Task What_cannot_work_is_refused_in_one_line(string arguments, string what) =>
        (await _studio.RunAsync(Command(arguments.Split(' ')))).IsRefused(what);

    Task<CliResult> BatchAsync(params string[] options) => _studio.RunAsync(Command(options));

    /// <summary>`batch photos` in style.png into painted: 32 px, 3 steps, one thread, unless these words say otherwise.</summary>
    static string[] Command(params string[] words)
    {
        var command = new List<string> { "batch" };
        if (words.Length == 0 || words[0].StartsWith("--", StringComparison.Ordinal) || words[0] == "-r") command.Add("photos");
        command.AddRange(words);
        foreach (var (option, value) in new[]
        {
            ("--out", "painted"), ("--size", "32"), ("--steps", "3"), ("--weights", "seeded:1"), ("--threads", "1"), ("--state", "state"), ("--style", "style.png"),
        })
            if (!command.Contains(option)) command.AddRange([option, value]);
        return [.. command];
    }

    string[] Painted(string pattern) =>
        [.. Directory.GetFiles(_studio["painted"], pattern, SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_studio.Path, path)).Order(StringComparer.Ordinal)];
}
