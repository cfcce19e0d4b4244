using System.Text;
using System.Text.Json.Nodes;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>A whole weights file of the seeded network, made once.</summary>
public sealed class WeightsFixture : IDisposable
{
    readonly TempFolder _folder = new();

    public WeightsFixture()
    {
        var cache = new WeightsCache(_folder.Path, TimeProvider.System);
        Identity = cache.Store(VggWeights.Seeded(7)).Identity;
        FilePath = cache.FilePath;
    }

    public string FilePath { get; }

    public string Identity { get; }

    public void Dispose() => _folder.Dispose();
}

public sealed class WeightsTests(WeightsFixture weights) : IClassFixture<WeightsFixture>, IDisposable
{
    readonly Studio _studio = new();

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task A_file_is_verified_imported_and_then_used()
    {
        var text = (await _studio.RunAsync("weights", "verify", weights.FilePath)).Succeeds().Text;
        Assert.Contains(weights.Identity, text);
        Assert.Contains("conv5_4", text);
        Assert.Contains("usable as VGG19's weights", text);
        var report = JsonNode.Parse((await _studio.RunAsync("weights", "verify", weights.FilePath, "--json")).Succeeds().Text)!;
        Assert.Equal((weights.Identity, 16), ((string?)report["identity"], report["layers"]!.AsArray().Count));

        var imported = (await _studio.RunAsync("weights", "import", weights.FilePath)).Succeeds().Text;
        Assert.Contains(_studio["cache/weights/vgg19.safetensors"], imported);

        var run = (await _studio.StylizeAsync("--weights", "auto")).Succeeds();
        Assert.DoesNotContain("no trained VGG19 weights", run.Text);
        Assert.Equal(weights.Identity, (string?)_studio.Json("result.json")["weights"]!["identity"]);
        Assert.Contains("weights", (await _studio.RunAsync("doctor")).Text);

        // A file and the cache hold the same network, so it is the same cell.
        var same = (await _studio.StylizeAsync("--weights", weights.FilePath, "--json")).Succeeds();
        Assert.Empty(same.EventsOf("progress"));
    }

    [Fact]
    public async Task A_cache_that_was_damaged_is_not_used()
    {
        Directory.CreateDirectory(_studio["cache/weights"]);
        var bytes = File.ReadAllBytes(weights.FilePath);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_studio["cache/weights/vgg19.safetensors"], bytes);

        var refused = await _studio.StylizeAsync("--weights", "auto");
        refused.IsRefused("vgg19.safetensors: was damaged or changed", "import or fetch the weights again");
        var doctor = await _studio.RunAsync("doctor");
        Assert.Equal(1, doctor.Code);
        Assert.Contains("was damaged or changed", doctor.Text);
    }

    [Theory]
    [InlineData("none.pth", "no such file; check the path")]
    [InlineData("empty.pth", "is empty (0 bytes); get the file again")]
    [InlineData("folder", "is a folder, not a file; name the file in it")]
    [InlineData("picture.pth", "is not a weights file (it begins with the bytes 89504e47")]
    [InlineData("page.pth", "is not a weights file (it looks like a web page); give a .pth")]
    [InlineData("cut.safetensors", "get the file again")]
    [InlineData("nan.safetensors", "NaN")]
    [InlineData("system.pth", "os.system")]
    [InlineData("nested.pth", "builtins.eval")]
    public async Task Bad_weights_are_refused_everywhere(string name, string fault)
    {
        Make(name);

        (await _studio.StylizeAsync("--weights", name)).IsRefused($"{name}: ", fault);
        (await _studio.RunAsync("weights", "import", name)).IsRefused($"{name}: ", fault);

        Assert.False(File.Exists(_studio["out.png"]));
        Assert.False(File.Exists(_studio["pwned"]));
        Assert.False(Directory.Exists(_studio["cache"]));
        Assert.False(Directory.Exists(_studio["state"]));
    }

    [Fact]
    public async Task Offline_a_fetch_says_what_to_do()
    {
        var fetch = await _studio.RunAsync("weights", "fetch", "--url", "http://127.0.0.1:9/vgg19.pth");

        fetch.IsRefused("http://127.0.0.1:9/vgg19.pth: cannot be reached", "copy it here and run `./stylefarm weights import FILE`");
    }

    [Fact]
    public async Task A_fetched_file_that_is_not_the_published_one_is_refused()
    {
        await using var server = new FileServer(Encoding.ASCII.GetBytes("<html>log in first</html>"));

        var fetch = await _studio.RunAsync("weights", "fetch", "--url", server.Url.AbsoluteUri);

        fetch.IsRefused(server.Url.AbsoluteUri, "SHA-256", "dcbb9e9d");
        Assert.False(File.Exists(_studio["cache/weights/vgg19.safetensors"]));
    }

    void Make(string name)
    {
        switch (name)
        {
            case "none.pth": break;
            case "folder": Directory.CreateDirectory(_studio[name]); break;
            case "empty.pth": _studio.Write(name, []); break;
            case "picture.pth": File.Copy(_studio["content.png"], _studio[name]); break;
            case "page.pth": _studio.Write(name, "<html>not found</html>"u8.ToArray()); break;
            case "cut.safetensors": _studio.Write(name, File.ReadAllBytes(weights.FilePath)[..2_000_000]); break;
            case "nan.safetensors":
                var bytes = File.ReadAllBytes(weights.FilePath);
                BitConverter.GetBytes(float.NaN).CopyTo(bytes, bytes.Length - 400);
                _studio.Write(name, bytes);
                break;
            case "system.pth": _studio.Write(name, Call("os", "system", "touch pwned")); break;
            default: _studio.Write(name, Call("builtins", "eval", "__import__('os').system('touch pwned')")); break;
        }
    }

    /// <summary>A pickle that calls a function on a text when an unwary reader loads it.</summary>
    static byte[] Call(string module, string name, string text) =>
    [
        0x80, 2, (byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n"),
        (byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text), 0x85, (byte)'R', (byte)'.',
    ];
}
