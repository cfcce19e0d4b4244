using System.Text.Json.Nodes;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.Cli.Tests.Farm.Delivery;

public sealed class PictureSinkTests : IDisposable
{
    static readonly ImageSize Size = new(40, 30);

    readonly Lab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task A_plain_png_is_the_stored_one_with_its_provenance_beside_it()
    {
        var (job, cell) = await CellAsync(new PictureForm());
        var provenance = await _lab.FinishAsync(cell, Size);

        await DeliverAsync(job, cell, provenance);

        Assert.Equal(File.ReadAllBytes(_lab[$"state/cells/{cell.Id}/result.png"]), File.ReadAllBytes(_lab["out/sub/a.png"]));
        Assert.Equal(cell.Id.ToString(), (string?)JsonNode.Parse(File.ReadAllText(_lab["out/sub/a.result.json"]))!["cell"]);
        Assert.Equal(["a.png", "a.result.json"], Directory.GetFiles(_lab["out/sub"]).Select(Path.GetFileName).Order());
    }

    [Theory]
    [InlineData("jpg", ImageFormat.Jpeg)]
    [InlineData("tif", ImageFormat.Tiff)]
    [InlineData("webp", ImageFormat.WebP)]
    [InlineData("keep", ImageFormat.Jpeg)]
    public async Task The_format_is_the_one_that_was_asked_for(string format, ImageFormat expected)
    {
        var (job, cell) = await CellAsync(new PictureForm { Format = format }, "p/sub/a.jpeg");

        await DeliverAsync(job, cell, await _lab.FinishAsync(cell, Size));

        var info = ImageFile.Probe(_lab["out/" + cell.Output]);
        Assert.Equal((expected, Size), (info.Format, info.Size));
        Assert.Equal(format == "keep" ? "sub/a.jpeg" : $"sub/a.{format}", cell.Output);
    }

    [Fact]
    public async Task Transparency_of_the_photo_is_kept_when_metadata_are()
    {
        var alpha = Enumerable.Range(0, 40 * 30).Select(i => i % 2 * 255f).ToArray();
        var photo = new RgbImage(40, 30, Pictures.Noise(40, 30).Pixels) { Alpha = alpha };
        Directory.CreateDirectory(_lab["p/sub"]);
        ImageFile.Save(photo, _lab["p/sub/a.png"], new SaveOptions { KeepAlpha = true });

        var (job, cell) = await CellAsync(new PictureForm { KeepsMetadata = true }, null);
        await DeliverAsync(job, cell, await _lab.FinishAsync(cell, Size));
        Assert.Equal(alpha, ImageFile.Load(_lab["out/sub/a.png"], SizeSpec.Original).Alpha);

        // The same command without metadata: another form of the same cell.
        Assert.Equal(1, (await _lab.ReadAllAsync(_lab.Batch("p"))).EarlierCount);
        Assert.Null(ImageFile.Load(_lab["out/sub/a.png"], SizeSpec.Original).Alpha);
    }

    [Fact]
    public async Task A_picture_is_delivered_without_metadata_when_its_photo_is_gone()
    {
        var (job, cell) = await CellAsync(new PictureForm { KeepsMetadata = true });
        var provenance = await _lab.FinishAsync(cell, Size);
        File.Delete(_lab["p/sub/a.png"]);

        await DeliverAsync(job, cell, provenance);

        Assert.Equal(Size, ImageFile.Probe(_lab["out/sub/a.png"]).Size);
    }

    [Fact]
    public async Task Delivering_again_writes_nothing()
    {
        var (job, cell) = await CellAsync(new PictureForm());
        var provenance = await _lab.FinishAsync(cell, Size);
        await DeliverAsync(job, cell, provenance);
        File.WriteAllText(_lab["out/sub/a.png"], "touched up by its owner");

        await DeliverAsync(job, cell, provenance);

        Assert.Equal("touched up by its owner", File.ReadAllText(_lab["out/sub/a.png"]));
    }

    [Fact]
    public async Task What_was_begun_before_a_crash_is_ours_and_is_written_again()
    {
        var (job, cell) = await CellAsync(new PictureForm());
        var provenance = await _lab.FinishAsync(cell, Size);
        Directory.CreateDirectory(_lab["out/sub"]);
        File.WriteAllText(_lab["out/sub/a.png"], "written, but the word of it was lost");
        _lab.Memory.Exports[_lab["out/sub/a.png"]] = new(cell.Id.ToString(), "");

        Assert.Null(_lab.Sink.Obstacle(DeliverySpec.Of(job)!, cell.Output!, cell.Content.Location));
        await DeliverAsync(job, cell, provenance);

        Assert.Equal(Size, ImageFile.Probe(_lab["out/sub/a.png"]).Size);
    }

    [Fact]
    public async Task A_cell_without_a_place_stays_in_the_store()
    {
        var (job, cell) = await CellAsync(new PictureForm());
        var provenance = await _lab.FinishAsync(cell, Size);

        await DeliverAsync(job, cell with { Output = null }, provenance);
        await DeliverAsync(job with { Source = [] }, cell, provenance);

        Assert.False(Directory.Exists(_lab["out"]));
    }

    [Fact]
    public async Task A_result_that_is_gone_is_said_so()
    {
        var (job, cell) = await CellAsync(new PictureForm());
        var provenance = await _lab.FinishAsync(cell, Size);
        File.Delete(_lab[$"state/cells/{cell.Id}/result.png"]);

        var fault = await Assert.ThrowsAsync<StoreException>(() => DeliverAsync(job, cell, provenance));

        Assert.False(fault.IsTransient);
        Assert.Contains($"cells/{cell.Id}/result.png is gone", fault.Message);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_bad_input()
    {
        var (job, cell) = await CellAsync(new PictureForm());
        var provenance = await _lab.FinishAsync(cell, Size);
        File.WriteAllText(_lab["out"], "a file in its place");

        var fault = await Assert.ThrowsAsync<StyleFarmException>(() => DeliverAsync(job, cell, provenance));

        Assert.Equal(ErrorCode.BadInput, fault.Code);
        Assert.Contains("out/sub/a.", fault.Message);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpg")]
    public async Task A_full_disk_may_pass(string format)
    {
        using var disk = TinyDisk.TryMount(_lab["out"], 8);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        var (job, cell) = await CellAsync(new PictureForm { Format = format }, width: 80, height: 80);
        var provenance = await _lab.FinishAsync(cell, new ImageSize(80, 80));

        var fault = await Assert.ThrowsAsync<StyleFarmException>(() => DeliverAsync(job, cell, provenance));

        Assert.Equal(ErrorCode.OutOfResources, fault.Code);
        Assert.Contains("the disk is full", fault.Message);
        Assert.Empty(Directory.GetFiles(_lab["out"], "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("gif", "give jpg, png, tif, webp, keep")]
    [InlineData("pngg", "did you mean 'png'?")]
    public void An_unknown_format_is_refused(string format, string remedy) =>
        Assert.Contains(remedy, Assert.Throws<StyleFarmException>(() => PictureForm.ReadFormat(format)).Message);

    [Theory]
    [InlineData("s3://bucket/prefix", ErrorCode.BadUsage)]
    [InlineData("wave.png", ErrorCode.BadInput)]
    public void Results_go_into_folders(string text, ErrorCode code)
    {
        _lab.Picture("wave.png");

        var fault = Assert.Throws<StyleFarmException>(() => DeliverySpec.ReadFolder(text, _lab["."]));

        Assert.Equal(code, fault.Code);
        Assert.StartsWith($"--out {text}: ", fault.Message);
    }

    Task DeliverAsync(JobSpec job, CellSpec cell, JsonObject provenance) =>
        _lab.Sink.DeliverAsync(job, cell, provenance, TestContext.Current.CancellationToken);

    /// <summary>The only cell of a batch over <c>p</c>, in which a photo is put unless there is one.</summary>
    async Task<(JobSpec Job, CellSpec Cell)> CellAsync(PictureForm form, string? photo = "p/sub/a.png", int width = 40, int height = 30)
    {
        if (photo is not null) _lab.Picture(photo, width, height);
        var batch = _lab.Batch("p");
        batch = batch with { Delivery = batch.Delivery with { Form = form } };
        return (Lab.Job(batch), Assert.Single((await _lab.ReadAllAsync(batch)).Cells));
    }
}
