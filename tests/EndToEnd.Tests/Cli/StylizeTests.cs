using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cli;

public sealed class StylizeTests : IDisposable
{
    readonly Studio _studio = new();

    public void Dispose() => _studio.Dispose();

    public static TheoryData<string> Presets => [.. RecipePresets.Names];

    [Theory]
    [MemberData(nameof(Presets))]
    public async Task Every_preset_renders(string preset)
    {
        var run = (await _studio.StylizeAsync("--recipe", preset, "--size", "96")).Succeeds();

        Assert.Empty(run.Errors);
        Assert.Equal("96x72", _studio.SizeOf("out.png"));
        Assert.Equal(preset, (string?)_studio.Json("result.json")["recipe_name"]);
    }

    [Theory]
    [InlineData("out.png", ImageFormat.Png)]
    [InlineData("out.jpg", ImageFormat.Jpeg)]
    [InlineData("out.tif", ImageFormat.Tiff)]
    [InlineData("out.webp", ImageFormat.WebP)]
    [InlineData("a folder/not yet there/out.JPEG", ImageFormat.Jpeg)]
    public async Task The_extension_chooses_the_format(string name, ImageFormat format)
    {
        (await _studio.StylizeAsync("-o", name)).Succeeds();

        Assert.Equal(format, ImageFile.Probe(_studio[name]).Format);
        Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(_studio[name])!, "result.json")));
    }

    [Theory]
    [InlineData("40", null, "40x30", "40x33")]
    [InlineData("original", null, "64x48", "60x50")]
    [InlineData("50x41", null, "50x41", "50x41")]
    [InlineData("32", "48x40", "32x24", "48x40")]
    [InlineData("32", "original", "32x24", "60x50")]
    public async Task Sizes_are_what_was_asked_for(string size, string? styleSize, string result, string style)
    {
        string[] styleOption = styleSize is null ? [] : ["--style-size", styleSize];
        (await _studio.StylizeAsync(["--size", size, .. styleOption])).Succeeds();

        Assert.Equal(result, _studio.SizeOf("out.png"));
        Assert.Equal(style, (string?)_studio.Json("result.json")["passes"]!.AsArray()[^1]!["style_sizes"]![0]);
    }

    [Fact]
    public async Task Styles_blend_by_their_weights()
    {
        ImageFile.Save(Pictures.Noise(40, 40, seed: 9), _studio["other.png"]);
        string[] pictures = ["content.png", "style.png", "other.png"];

        (await _studio.RunAsync(Studio.Of(pictures, "-o", "even.png"))).Succeeds();
        (await _studio.RunAsync(Studio.Of(pictures, "-o", "uneven.png", "--style-weights", "3,1"))).Succeeds();
        (await _studio.RunAsync(Studio.Of(pictures, "-o", "scaled.png", "--style-weights", "6,2", "--state", "elsewhere"))).Succeeds();

        Assert.Equal([0.5, 0.5], Shares("even"));
        Assert.Equal([0.75, 0.25], Shares("uneven"));
        Assert.NotEqual(File.ReadAllBytes(_studio["even.png"]), File.ReadAllBytes(_studio["uneven.png"]));
        Assert.Equal(File.ReadAllBytes(_studio["uneven.png"]), File.ReadAllBytes(_studio["scaled.png"]));

        IEnumerable<double> Shares(string name) =>
            _studio.Json($"{name}.result.json")["styles"]!.AsArray().Select(style => (double)style!["share"]!);
    }

    [Theory]
    [InlineData("content", "content")]
    [InlineData("style", "style")]
    [InlineData("noise", "uniform")]
    [InlineData("normal", "normal")]
    [InlineData("noise-mix", "noise-mix")]
    [InlineData("style.png", "file:style.png")]
    public async Task Every_start_renders(string init, string recorded)
    {
        (await _studio.StylizeAsync("--init", init, "--recipe", "d2l")).Succeeds();

        Assert.Equal(recorded, (string?)_studio.Json("result.json")["recipe"]!["init"]);
    }

    [Fact]
    public async Task The_seed_changes_noise_and_nothing_else()
    {
        (await _studio.StylizeAsync("--init", "noise", "-o", "a.png")).Succeeds();
        (await _studio.StylizeAsync("--init", "noise", "-o", "b.png", "--seed", "18446744073709551615")).Succeeds();
        (await _studio.StylizeAsync("--init", "noise", "-o", "c.png", "--seed", "0", "--state", "elsewhere")).Succeeds();

        Assert.NotEqual(File.ReadAllBytes(_studio["a.png"]), File.ReadAllBytes(_studio["b.png"]));
        Assert.Equal(File.ReadAllBytes(_studio["a.png"]), File.ReadAllBytes(_studio["c.png"]));
    }

    [Theory]
    [InlineData("fp32")]
    [InlineData("bf16")]
    [InlineData("fp64")]
    public async Task Every_precision_renders(string precision)
    {
        (await _studio.StylizeAsync("--precision", precision)).Succeeds();

        Assert.Equal(precision, (string?)_studio.Json("result.json")["precision"]);
    }

    [Fact]
    public async Task Fields_are_set_one_by_one()
    {
        string[] sets = ["--set", "optimizer.lr=0.03", "--set", "style={relu1_1: 1, relu2_1: 0.5}", "--set", "tv_weight=0"];
        (await _studio.StylizeAsync(["--recipe", "d2l", .. sets])).Succeeds();

        var recipe = _studio.Json("result.json")["recipe"]!;
        Assert.Equal(0.03, (double)recipe["optimizer"]!["lr"]!);
        Assert.Equal(0.5, (double)recipe["style"]!["relu2_1"]!);
        Assert.Equal(2, recipe["style"]!.AsObject().Count);
        Assert.Equal(3, (int)recipe["steps"]!);
    }

    [Fact]
    public async Task Without_a_terminal_there_are_plain_lines()
    {
        var run = (await _studio.StylizeAsync()).Succeeds();

        Assert.Contains("content.png at 48x36, 3 steps on cpu in fp32, about ", run.Text);
        Assert.Matches(@"(?m)^step 3/3 .*steps/s  0:00 left  total \S+  content \S+  style \S+  tv \S+$", run.Text);
        Assert.Matches(@"(?m)^out\.png  \(48x36, \d+\.\d s, total loss \S+\)$", run.Text);
        Assert.DoesNotContain('\x1b', run.Text);
    }

    [Fact]
    public async Task Untrained_weights_are_said_out_loud()
    {
        var run = (await _studio.StylizeAsync("--weights", "auto")).Succeeds();

        Assert.Contains("no trained VGG19 weights", run.Text);
        Assert.Contains("weights fetch", run.Text);
        Assert.True((bool)_studio.Json("result.json")["weights"]!["seeded"]!);
    }

    [Fact]
    public async Task A_terminal_gets_one_line_of_progress_within_its_width()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "no script(1) here to give a terminal");
        var command = string.Join(' ', Studio.Command("--steps", "40", "--recipe", "d2l"));

        using var run = _studio.StartOther("/usr/bin/script", "-qec", $"stty cols 100; TERM=xterm \"$STYLEFARM\" {command}", "/dev/null");
        var result = (await run.EndAsync()).Succeeds();

        var frames = result.Text.Split('\n', '\r').Select(WithoutEscapes).ToList();
        Assert.Contains(frames, frame => new[] { "step ", "steps/s", " left", "total ", "content ", "style ", "tv " }.All(frame.Contains));
        Assert.All(frames, frame => Assert.InRange(frame.TrimEnd().Length, 0, 100));

        static string WithoutEscapes(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\x1b\[[0-9;?]*[A-Za-z]", "");
    }
}
