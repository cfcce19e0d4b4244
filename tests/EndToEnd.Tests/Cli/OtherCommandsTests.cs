using System.Text.Json.Nodes;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>recipes, doctor and demo.</summary>
public sealed class OtherCommandsTests : IDisposable
{
    readonly Studio _studio = new();

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task Recipes_are_listed_printed_and_taken_back()
    {
        var list = (await _studio.RunAsync("recipes")).Succeeds();
        Assert.Equal(RecipePresets.Names, list.Output.Skip(1).Select(line => line.Split(' ')[0]));
        var json = JsonNode.Parse((await _studio.RunAsync("recipes", "--json")).Succeeds().Text)!.AsArray();
        Assert.Equal(RecipePresets.Names, json.Select(recipe => (string)recipe!["name"]!));

        foreach (var (form, options) in new[] { ("yaml", Array.Empty<string>()), ("json", ["--json"]) })
        {
            var printed = (await _studio.RunAsync(["recipes", "tf-eager", .. options])).Succeeds();
            File.WriteAllText(_studio[$"mine.{form}"], printed.Text);
            (await _studio.StylizeAsync("--recipe", $"mine.{form}", "-o", $"{form}.png", "--steps", "2")).Succeeds();
            var expected = RecipePresets.Get("tf-eager") with { Steps = 2 };
            Assert.Equal(expected.Hash(), (string?)_studio.Json($"{form}.result.json")["recipe_hash"]);
        }

        (await _studio.RunAsync("recipes", "d2ll")).IsRefused("there is no recipe 'd2ll'", "(did you mean 'd2l'?)");
    }

    [Fact]
    public async Task Doctor_names_what_is_wrong_and_the_cure()
    {
        var text = await _studio.RunAsync("doctor");
        var json = await _studio.RunAsync("doctor", "--json");

        Assert.Equal((1, 1), (text.Code, json.Code)); // there are no trained weights
        Assert.Contains("→ run ./stylefarm weights fetch", text.Text);
        var findings = JsonNode.Parse(json.Text)!.AsArray();
        Assert.Equal(["cores", "memory", "libtorch", "packed weights", "libvips", "devices", "weights", "disk"],
            findings.Select(finding => (string?)finding!["name"]));
        Assert.All(findings, finding => Assert.Equal((bool)finding!["ok"]!, finding["remedy"] is null));
    }

    [Fact]
    public async Task Doctor_speaks_without_the_native_libraries()
    {
        var program = Directory.CreateDirectory(_studio["program"]).FullName;
        foreach (var file in Directory.GetFiles(Studio.Programs))
            if (!Path.GetFileName(file).StartsWith("libstylefarm_", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(program, Path.GetFileName(file)));

        using var run = _studio.StartOther(Path.Combine(program, "stylefarm"), "doctor");
        var doctor = await run.EndAsync();
        using var render = _studio.StartOther(Path.Combine(program, "stylefarm"), Studio.Command());
        var refused = await render.EndAsync();

        Assert.Equal(1, doctor.Code);
        Assert.Empty(doctor.Errors);
        Assert.Contains("!!  libtorch", doctor.Text);
        Assert.Contains("!!  libvips", doctor.Text);
        refused.IsRefused("a native library is missing", "run ./stylefarm doctor");
    }

    [Fact]
    public async Task The_demo_makes_a_picture_and_a_sheet()
    {
        var demo = (await _studio.RunAsync("demo", "-o", "first", "--size", "96", "--steps", "6", "--weights", "seeded:1")).Succeeds();

        Assert.Contains(_studio["first/demo.png"], demo.Text);
        Assert.Contains(_studio["first/before-after.png"], demo.Text);
        Assert.Contains("./stylefarm weights fetch", demo.Text);
        var sheet = ImageFile.Probe(_studio["first/before-after.png"]).Size;
        Assert.True(sheet.Width > 2 * ImageFile.Probe(_studio["first/demo.png"]).Size.Width);
        Assert.True(File.Exists(_studio["first/result.json"]));
    }
}
