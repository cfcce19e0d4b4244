using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>`stylefarm batch`, as a user runs it.</summary>
public sealed class BatchTests : IDisposable
{
    readonly FarmStudio _studio = new();

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task An_archive_with_bad_photos_and_what_a_second_and_a_third_run_do()
    {
        _studio.WithPhotos("photos/a.png", "photos/sub/deep/b.png");
        _studio.Write("photos/cut.jpg", ImageFile.Encode(Pictures.Noise(90, 90), ".jpg")[..3000]);
        _studio.Write("photos/sub/empty.png", []);
        _studio.Write("photos/notes.txt", "no picture, and not taken for one"u8.ToArray());
        var command = FarmStudio.Batch("--recursive", "--steps", "3");

        var first = await _studio.RunAsync(command);

        Assert.Equal(1, first.Code);
        // That one is empty is seen at a glance, that one is cut short only when it is decoded.
        Assert.Equal((2, 0, 0, 1, 1), FarmStudio.Counts(first));
        Assert.Equal(["a.png", "sub/deep/b.png"], _studio.Files("out", "*.png"));
        Assert.Equal(["a.result.json", "sub/deep/b.result.json"], _studio.Files("out", "*.result.json"));
        var faults = first.EventsOf("result").Single()["faults"]!.AsArray()
            .ToDictionary(fault => Path.GetFileName((string)fault!["input"]!), fault => (string)fault!["reason"]!);
        Assert.Equal(["cut.jpg", "empty.png"], faults.Keys.Order());
        Assert.Contains("damaged or cut short", faults["cut.jpg"]);
        Assert.Contains("is empty", faults["empty.png"]);

        var finishes = _studio.Finishes();
        var again = await _studio.RunAsync(command);

        Assert.Equal(1, again.Code);
        Assert.Empty(FarmStudio.FinishedIn(again.Output));
        Assert.Equal((0, 2, 0, 1, 1), FarmStudio.Counts(again));
        Assert.Equal(finishes, _studio.Finishes());

        File.Delete(_studio["photos/cut.jpg"]);
        File.Delete(_studio["photos/sub/empty.png"]);
        _studio.Paint("photos/a.png", seed: 77);
        _studio.Paint("photos/new.png", seed: 78);
        File.Delete(_studio["out/sub/deep/b.png"]);
        var before = File.ReadAllBytes(_studio["out/a.png"]);
        var third = (await _studio.RunAsync(command)).Succeeds();

        Assert.Equal(2, FarmStudio.FinishedIn(third.Output).Count());
        Assert.Equal((2, 1, 0, 0, 0), FarmStudio.Counts(third));
        Assert.Equal(["a.png", "new.png", "sub/deep/b.png"], _studio.Files("out", "*.png"));
        Assert.NotEqual(before, File.ReadAllBytes(_studio["out/a.png"]));
        Assert.All(finishes, known => Assert.Equal(known.Value, File.GetLastWriteTimeUtc(known.Key)));
    }

    [Fact]
    public async Task Names_sizes_and_metadata_are_as_asked_for()
    {
        _studio.WithPhotos("photos/small.png");
        var tagged = TiffBytes.WithExif(ImageFile.Encode(Pictures.Noise(36, 28, 3), ".jpg"), TiffBytes.Exif(1));
        _studio.Write("photos/tagged.jpg", tagged);
        File.Copy(_studio["style.png"], _studio["copy.png"]);
        // The second is the first again, the third only looks like another.
        var command = FarmStudio.Batch("--style", "style.png", "./style.png", "copy.png", "--size", "original", "--steps", "2",
            "--format", "keep", "--name", "{style}/{name}{ext}");

        var run = (await _studio.RunAsync(command)).Succeeds();

        Assert.Equal(["copy/small.png", "copy/tagged.jpg", "style/small.png", "style/tagged.jpg"],
            _studio.Files("out").Where(path => !path.EndsWith(".json", StringComparison.Ordinal)));
        Assert.Equal(2, _studio.Cells().Length);
        Assert.Equal(2, FarmStudio.FinishedIn(run.Output).Count());
        var result = ImageFile.Load(_studio["out/style/tagged.jpg"], SizeSpec.Original);
        Assert.Equal((new ImageSize(36, 28), ImageFormat.Jpeg), (result.Size, result.SourceFormat));
        Assert.Contains("Cam"u8.ToArray(), result.Exif);
        Assert.Equal(new ImageSize(40, 30), ImageFile.Probe(_studio["out/style/small.png"]).Size);
        Assert.Equal(File.ReadAllBytes(_studio["out/style/small.png"]), File.ReadAllBytes(_studio["out/copy/small.png"]));
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    public async Task The_profile_and_the_exif_of_a_photo_are_kept_unless_they_are_to_be_left_out(string extension)
    {
        Directory.CreateDirectory(_studio["photos"]);
        var samples = ImageFile.Encode(Pictures.Noise(40, 30, 6), ".jpg");
        _studio.Write("photos/tagged.jpg", TiffBytes.WithExif(samples, TiffBytes.Exif(1)));
        VipsFixture.Write(_studio[$"photos/wide.{extension}"], Pictures.Bytes(40 * 30 * 3), 40, 30, 3, VipsFixture.Rgb, "profile=p3");
        var photo = ImageFile.Load(_studio[$"photos/wide.{extension}"], SizeSpec.Original);

        (await _studio.RunAsync(FarmStudio.Batch("--steps", "1", "--format", extension))).Succeeds();
        (await _studio.RunAsync(FarmStudio.Batch("--steps", "1", "--format", extension, "--strip-metadata", "--out", "bare"))).Succeeds();

        Assert.NotNull(photo.IccProfile);
        Assert.Equal(photo.IccProfile, Painted("out/wide").IccProfile);
        Assert.Contains("Cam"u8.ToArray(), Painted("out/tagged").Exif);
        Assert.Null(Painted("bare/wide").IccProfile);
        Assert.Null(Painted("bare/tagged").Exif);

        RgbImage Painted(string name) => ImageFile.Load(_studio[$"{name}.{extension}"], SizeSpec.Original);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_named_and_the_others_are_painted()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "root may read everything");
        _studio.WithPhotos("photos/a.png", "photos/shut/b.png");
        Mode("photos/shut", UnixFileMode.None);
        try
        {
            var run = await _studio.RunAsync(FarmStudio.Batch("--recursive", "--steps", "2"));

            Assert.Equal(1, run.Code);
            var fault = Assert.Single(run.EventsOf("result").Single()["faults"]!.AsArray())!;
            Assert.EndsWith("photos/shut", (string?)fault["input"]);
            Assert.Contains("the folder cannot be read", (string?)fault["reason"]);
            Assert.Equal(["a.png"], _studio.Files("out", "*.png"));
        }
        finally
        {
            Mode("photos/shut", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        void Mode(string folder, UnixFileMode mode)
        {
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_studio[folder], mode);
        }
    }

    [Fact]
    public async Task What_stylize_has_painted_counts()
    {
        _studio.WithPhotos("photos/a.png");
        (await _studio.RunAsync("stylize", "photos/a.png", "style.png", "-o", "one.png", "--recipe", "d2l", "--size", "32", "--steps", "3",
            "--weights", "seeded:1", "--threads", "1", "--state", "state")).Succeeds();

        var batch = (await _studio.RunAsync(FarmStudio.Batch("--steps", "3"))).Succeeds();

        Assert.Equal((0, 1, 0, 0, 0), FarmStudio.Counts(batch));
        Assert.Equal(File.ReadAllBytes(_studio["one.png"]), File.ReadAllBytes(_studio["out/a.png"]));
    }

    [Fact]
    public async Task For_people_bad_photos_are_named_at_the_end()
    {
        _studio.WithPhotos("photos/a.png");
        _studio.Write("photos/broken.jpg", "no picture"u8.ToArray());
        _studio.Write("photos/empty.png", []);

        var run = await _studio.RunAsync([.. FarmStudio.Batch("--steps", "2").Where(word => word != "--json")]);

        Assert.Equal(1, run.Code);
        Assert.Contains(run.Errors, line => line.Contains("photos/broken.jpg: is not an image", StringComparison.Ordinal));
        Assert.Contains(run.Errors, line => line.Contains("photos/empty.png: is empty", StringComparison.Ordinal));
        Assert.StartsWith("out: 1 picture rendered, 2 photos not usable, in ", run.Output[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Photos_can_come_through_a_pipe()
    {
        _studio.WithPhotos("photos/a.png", "photos/b.png", "photos/sub/c.png");
        string[] rest = [.. FarmStudio.Batch("--steps", "2").Skip(2)];
        using var run = _studio.StartOther("bash", ["-c", "printf 'photos/a.png\\nphotos/sub/c.png\\n' | \"$STYLEFARM\" batch - \"$@\"", "bash", .. rest]);
        (await run.EndAsync()).Succeeds();

        Assert.Equal(["a.png", "sub/c.png"], _studio.Files("out", "*.png"));
    }

    [Fact]
    public async Task One_at_a_time_works_on_a_state_folder_and_ctrl_c_leaves_it_in_order()
    {
        _studio.WithPhotos("photos/a.png", "photos/b.png");
        var command = FarmStudio.Batch("--steps", "600");
        using var run = _studio.Start(command);
        await run.ReadUntilAsync(line => FarmStudio.IsAtStep(line, 6));

        var other = (await _studio.RunAsync(command)).IsRefused("state: process ", "batch photos", "--state");
        Assert.Matches(@"process \d+ \(", other);
        run.Signal("INT");
        var interrupted = await run.EndAsync();

        Assert.Equal(130, interrupted.Code);
        Assert.Empty(interrupted.Errors);
        Assert.Contains("the same command goes on from there", interrupted.Text);
        Assert.Empty(_studio.Files("out"));
        new StateAudit(_studio["state"], Assert.Fail).Look(new Dictionary<string, int>());
        var kept = _studio.Cells().Select(cell => Directory.GetFiles(Path.Combine(cell, "checkpoints")).Select(Path.GetFileName).Max()!);
        var steps = kept.Select(name => int.Parse(name[..8], CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(2, steps.Count);
        Assert.All(steps, step => Assert.True(step >= 6));

        (await _studio.RunAsync(command)).Succeeds();

        Assert.Equal(["a.png", "b.png"], _studio.Files("out", "*.png"));
        var results = _studio.Cells().Select(cell => JsonNode.Parse(File.ReadAllText(Path.Combine(cell, "result.json")))!);
        Assert.Equal(steps, results.Select(result => result["timings"]!["resumed_at_step"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_forecast_renders_nothing()
    {
        _studio.WithPhotos("photos/a.png", "photos/b.png");

        var plan = (await _studio.RunAsync(FarmStudio.Batch("--dry-run"))).Succeeds();
        var estimate = (await _studio.RunAsync(FarmStudio.Batch("--estimate"))).Succeeds();

        var planned = plan.EventsOf("cell").Select(line => (Path.GetFileName((string)line["content"]!), (string?)line["output"], (int)line["steps"]!));
        Assert.Equal([("a.png", "a.png", 12), ("b.png", "b.png", 12)], planned);
        Assert.All(plan.EventsOf("cell"), line => Assert.Equal("planned", (string?)line["state"]));
        Assert.Equal((2, 0), ((int)plan.EventsOf("estimate").Single()["cells"]!, (int)plan.EventsOf("estimate").Single()["earlier"]!));
        Assert.Equal(2, (int)estimate.EventsOf("estimate").Single()["cells"]!);
        Assert.True((double)estimate.EventsOf("estimate").Single()["seconds"]! > 0);
        Assert.StartsWith("on cpu, by ", (string?)estimate.EventsOf("estimate").Single()["basis"], StringComparison.Ordinal);
        Assert.Empty(_studio.Cells());
        Assert.False(Directory.Exists(_studio["out"]));
    }
}
