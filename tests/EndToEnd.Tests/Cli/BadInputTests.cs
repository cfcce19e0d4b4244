using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>Pictures, recipes and places that cannot be used: one line that names them and a remedy, and nothing left behind.</summary>
public sealed class BadInputTests : IDisposable
{
    readonly Studio _studio = new();

    public void Dispose()
    {
        Assert.Empty(Directory.GetFiles(_studio.Path, "out.*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(_studio.Path, ".*.tmp", SearchOption.AllDirectories));
        _studio.Dispose();
    }

    [Theory]
    [InlineData("missing.png", "does not exist; check the path")]
    [InlineData("empty.png", "is empty (0 bytes); copy it again")]
    [InlineData("truncated.png", "is damaged or cut short")]
    [InlineData("truncated.jpg", "is damaged or cut short")]
    [InlineData("renamed.png", "is not an image of a known format; use JPEG, PNG")]
    [InlineData("zero.png", "is damaged or cut short")]
    [InlineData("bomb.png", "decodes to 50000x50000, 2500 megapixels, over the limit of 200; reduce it first")]
    [InlineData("folder", "is a folder, not an image; name an image file in it")]
    public async Task Bad_pictures(string name, string fault)
    {
        Directory.CreateDirectory(_studio["folder"]);
        _studio.Write("empty.png", []);
        foreach (var extension in new[] { ".png", ".jpg" })
            _studio.Write("truncated" + extension, ImageFile.Encode(Pictures.Noise(90, 90), extension)[..5000]);
        _studio.Write("renamed.png", "not a picture at all"u8.ToArray());
        _studio.Write("zero.png", PngBytes.HeaderOnly(0, 0));
        _studio.Write("bomb.png", PngBytes.HeaderOnly(50_000, 50_000));

        (await _studio.RunAsync(Studio.Of([name, "style.png"]))).IsRefused($"{name}: ", fault);
        (await _studio.RunAsync(Studio.Of(["content.png", "style.png", name]))).IsRefused($"{name}: ", fault);
        if (name.StartsWith('t')) (await _studio.StylizeAsync("--init", $"./{name}")).IsRefused($"{name}: ", fault);
    }

    [Theory]
    [InlineData("out", "out: has no extension", "end the name in .png")]
    [InlineData("out.xyz", "out.xyz: '.xyz' is not a format", "end the name in .png")]
    [InlineData("folder.png", "folder.png: it is a folder", "-o")]
    [InlineData("content.png", "content.png: the result would take the place of this input", "another -o")]
    [InlineData("/proc/out.png", "/proc/out.png: cannot be written", "choose a folder")]
    [InlineData("style.png/out.png", "style.png/out.png: cannot be written", "choose a folder")]
    public async Task Bad_outputs(string output, string fault, string remedy)
    {
        Directory.CreateDirectory(_studio["folder.png"]);

        (await _studio.StylizeAsync("-o", output)).IsRefused(fault, remedy);
        Assert.False(Directory.Exists(_studio["state"]));
    }

    [Theory]
    [InlineData("--state", "style.png", "style.png: the state folder cannot be written", "give another --state")]
    [InlineData("--state", "/proc/state", "/proc/state: the state folder cannot be written", "give another --state")]
    [InlineData("--telemetry", "/proc/t.jsonl", "/proc/t.jsonl: cannot be written", "choose a folder")]
    [InlineData("--telemetry", "/dev/full", "/dev/full: the disk is full", "free some space")]
    public async Task Bad_places(string option, string path, string fault, string remedy) =>
        (await _studio.StylizeAsync(option, path)).IsRefused(fault, remedy);

    [Fact]
    public async Task An_output_folder_without_permission()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may write everywhere");
        Directory.CreateDirectory(_studio["closed"]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_studio["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        (await _studio.StylizeAsync("-o", "closed/out.png")).IsRefused("closed/out.png: cannot be written", "choose a folder");
    }

    [Fact]
    public async Task A_full_disk_under_the_state_or_the_picture()
    {
        using (var disk = TinyDisk.TryMount(_studio["disk"], sizeKilobytes: 24))
        {
            Assert.SkipWhen(disk is null, TinyDisk.Reason);

            var state = await _studio.StylizeAsync("--state", "disk/state", "--checkpoint-every", "1", "--recipe", "d2l");
            state.IsRefused("/disk/state/cells/", "the disk is full", "free some space");
            Assert.Empty(Directory.GetFiles(disk.Path, "*.safetensors", SearchOption.AllDirectories));

            File.WriteAllBytes(Path.Combine(disk.Path, "ballast"), new byte[new DriveInfo(disk.Path).AvailableFreeSpace]);
            var picture = await _studio.StylizeAsync("-o", "disk/out.tif");
            picture.IsRefused("disk/out.tif: the disk is full", "free");
            Assert.Equal(["ballast", "state"], Directory.GetFileSystemEntries(disk.Path).Select(Path.GetFileName).Order());
        }

        // The work itself was kept: elsewhere the picture is there at once.
        Assert.Empty((await _studio.StylizeAsync("-o", "there.png", "--json")).Succeeds().EventsOf("progress"));
    }

    [Theory]
    [InlineData("--recipe", "d2ll", "there is no recipe 'd2ll'", "(did you mean 'd2l'?)")]
    [InlineData("--recipe", "none.yaml", "none.yaml: no such file", "or one of stylefarm, ")]
    [InlineData("--recipe", "broken.yaml", "broken.yaml: line 3: not YAML", "")]
    [InlineData("--recipe", "broken.json", "broken.json: ", "line 1")]
    [InlineData("--recipe", "unknown.yaml", "unknown.yaml: line 2: optimzer: unknown field", "(did you mean 'optimizer'?)")]
    [InlineData("--recipe", "empty.yaml", "empty.yaml: the file is empty", "`stylefarm recipes NAME` prints a recipe")]
    [InlineData("--recipe", "content.png", "content.png: ", "")]
    [InlineData("--set", "optimizer.lrr=1", "optimizer.lrr: unknown field", "(did you mean 'optimizer.lr'?)")]
    [InlineData("--set", "optimizer.lr=-1", "optimizer.lr: found -1", "expected a number above 0")]
    [InlineData("--set", "pooling=mux", "pooling: found 'mux'", "(did you mean 'max'?)")]
    [InlineData("--set", "style.relu9_1=1", "style.relu9_1", "relu")]
    [InlineData("--set", "nonsense", "--set: nonsense", "expected key=value")]
    public async Task Bad_recipes(string option, string value, string fault, string remedy)
    {
        File.WriteAllText(_studio["broken.yaml"], "base: d2l\nstyle: {relu1_1: 1");
        File.WriteAllText(_studio["broken.json"], "{\"base\": \"d2l\",}}");
        File.WriteAllText(_studio["unknown.yaml"], "base: d2l\noptimzer: {lr: 0.1}\n");
        File.WriteAllText(_studio["empty.yaml"], "");

        (await _studio.StylizeAsync(option, value)).IsRefused(fault, remedy);
    }
}
