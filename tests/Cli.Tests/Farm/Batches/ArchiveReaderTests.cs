using StyleFarm.Cli.Farm.Batches;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Naming;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Tests.Farm.Batches;

public sealed class ArchiveReaderTests : IDisposable
{
    readonly Lab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task Photos_become_cells_in_the_order_of_their_paths()
    {
        _lab.Picture("p/b.png", 64, 48);
        _lab.Picture("p/a/c.jpg", seed: 2);

        var page = await _lab.ReadAllAsync(_lab.Batch("p"));

        Assert.Empty(page.Faulty);
        Assert.Equal(["a/c.png", "b.png"], page.Cells.Select(cell => cell.Output));
        Assert.Equal([0, 1], page.Cells.Select(cell => cell.Index));
        Assert.Equal([12, 12], page.Cells.Select(cell => cell.Steps));
        Assert.Equal([40 * 30, 64 * 48], page.Cells.Select(cell => cell.Pixels));
        Assert.Equal(_lab["p/b.png"], page.Cells[1].Content.Location);
        Assert.All(page.Cells, cell => Assert.True(cell.MemoryBytes > 0 && cell.MemoryBytesPerMore > 0));
        Assert.NotEqual(page.Cells[0].BatchKey, page.Cells[1].BatchKey);
        // Styles have the size that the wish for the content's gives them: both times their own.
        Assert.Equal(page.Cells[0].TargetKey, page.Cells[1].TargetKey);
    }

    [Fact]
    public async Task Several_styles_give_a_picture_each_and_a_blend_gives_one()
    {
        _lab.Picture("p/a.png");
        _lab.Picture("one/wave.png", seed: 3);
        var batch = _lab.Batch("p");
        string[] styles = [_lab["wave.png"], _lab["one/wave.png"]];

        var each = await _lab.ReadAllAsync(batch with { Styles = StyleChoice.Each(styles), Name = NameTemplate.OfManyStyles });
        var blend = await _lab.ReadAllAsync(batch with { Styles = [StyleChoice.Blend(styles, [3, 1])], Name = NameTemplate.OfManyStyles });

        Assert.Equal(["a_wave.png", "a_wave-2.png"], each.Cells.Select(cell => cell.Output));
        Assert.Equal([0, 1], each.Cells.Select(cell => cell.Index));
        var blended = Assert.Single(blend.Cells);
        Assert.Equal([0.75, 0.25], blended.Styles.Select(style => style.Share));
        Assert.Equal("a_wave+wave.png", blended.Output);
    }

    [Fact]
    public async Task Pages_are_as_long_as_asked_for()
    {
        for (uint i = 0; i < 7; i++) _lab.Picture($"p/{i}.png", seed: i + 1);
        await using var reader = _lab.Open(_lab.Batch("p"));
        var cancellation = TestContext.Current.CancellationToken;

        var (first, second, third) =
            (await reader.ReadAsync(3, cancellation), await reader.ReadAsync(3, cancellation), await reader.ReadAsync(3, cancellation));

        Assert.Equal([3, 3, 1], [first.Cells.Length, second.Cells.Length, third.Cells.Length]);
        Assert.Equal([false, false, true], [first.IsLast, second.IsLast, third.IsLast]);
    }

    [Fact]
    public async Task What_is_finished_is_counted_and_put_in_its_place_once()
    {
        for (uint i = 0; i < 3; i++) _lab.Picture($"p/{i}.png", seed: i + 1);
        var batch = _lab.Batch("p");
        var cells = (await _lab.ReadAllAsync(batch)).Cells;
        await _lab.FinishAsync(cells[0], new ImageSize(40, 30));
        await _lab.FinishAsync(cells[2], new ImageSize(40, 30));

        var page = await _lab.ReadAllAsync(batch);

        Assert.Equal(2, page.EarlierCount);
        Assert.Equal(cells[1].Id, Assert.Single(page.Cells).Id);
        Assert.True(File.Exists(_lab["out/0.png"]));
        Assert.True(File.Exists(_lab["out/2.result.json"]));
        Assert.False(File.Exists(_lab["out/1.png"]));

        var written = File.GetLastWriteTimeUtc(_lab["out/0.png"]);
        File.SetLastWriteTimeUtc(_lab["out/0.png"], written.AddDays(-1));
        File.Delete(_lab["out/2.png"]);
        Assert.Equal(2, (await _lab.ReadAllAsync(batch)).EarlierCount);
        Assert.Equal(written.AddDays(-1), File.GetLastWriteTimeUtc(_lab["out/0.png"]));
        Assert.True(File.Exists(_lab["out/2.png"]));
    }

    [Fact]
    public async Task A_picture_of_another_cell_or_form_is_written_anew()
    {
        _lab.Picture("p/a.png");
        var batch = _lab.Batch("p");
        var cell = (await _lab.ReadAllAsync(batch)).Cells[0];
        await _lab.FinishAsync(cell, new ImageSize(40, 30));
        await _lab.ReadAllAsync(batch);
        var wrong = new ExportedPictureOf("another cell");
        _lab.Memory.Exports[_lab["out/a.png"]] = wrong.Export;
        File.WriteAllText(_lab["out/a.png"], "a picture of another cell");

        await _lab.ReadAllAsync(batch);
        Assert.Equal(ImageFormat.Png, ImageFile.Probe(_lab["out/a.png"]).Format);

        var jpeg = batch with { Delivery = batch.Delivery with { Form = new PictureForm { Format = "jpg", Quality = 10 } } };
        await _lab.ReadAllAsync(jpeg);
        var small = new FileInfo(_lab["out/a.jpg"]).Length;
        await _lab.ReadAllAsync(jpeg with { Delivery = jpeg.Delivery with { Form = new PictureForm { Format = "jpg", Quality = 95 } } });
        Assert.True(new FileInfo(_lab["out/a.jpg"]).Length > small);
    }

    [Theory]
    [InlineData("{torn")]
    [InlineData("")]
    [InlineData("null")]
    public async Task A_damaged_result_is_rendered_again(string json)
    {
        _lab.Picture("p/a.png");
        var batch = _lab.Batch("p");
        var cell = (await _lab.ReadAllAsync(batch)).Cells[0];
        await _lab.FinishAsync(cell, new ImageSize(40, 30));
        File.WriteAllText(_lab[$"state/cells/{cell.Id}/result.json"], json);

        Assert.Equal(cell.Id, Assert.Single((await _lab.ReadAllAsync(batch)).Cells).Id);
    }

    [Fact]
    public async Task Bad_photos_are_named_and_the_others_go_on()
    {
        _lab.Picture("p/good.png");
        _lab.Picture("p/tiny.png", 2, 2);
        File.WriteAllText(_lab["p/text.jpg"], "no picture");
        File.WriteAllText(_lab["p/empty.png"], "");
        var png = File.ReadAllBytes(_lab["p/good.png"]);
        File.WriteAllBytes(_lab["p/cut.png"], png[..20]);

        var page = await _lab.ReadAllAsync(_lab.Batch("p", "gone.txt"));

        Assert.Equal("good.png", Assert.Single(page.Cells).Output);
        Assert.Equal(["gone.txt", "p/cut.png", "p/empty.png", "p/text.jpg", "p/tiny.png"], page.Faulty.Select(fault => fault.Input)
            .Order());
        Assert.All(page.Faulty, fault => Assert.DoesNotContain(_lab["p"], fault.Reason));
        Assert.Contains(page.Faulty, fault => fault.Reason.Contains("too small", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Two_photos_that_would_write_one_file_are_told_apart_by_their_extensions()
    {
        _lab.Picture("p/a.png");
        _lab.Picture("p/a.jpg", seed: 2);

        Assert.Equal(["a.jpg.png", "a.png.png"], (await _lab.ReadAllAsync(_lab.Batch("p"))).Cells.Select(cell => cell.Output));
    }

    [Fact]
    public async Task Otherwise_the_second_is_a_fault_that_names_the_first()
    {
        _lab.Picture("2023/a.png");
        _lab.Picture("2024/a.png", seed: 2);
        _lab.Picture("2024/b.png", seed: 3);

        var page = await _lab.ReadAllAsync(_lab.Batch("2023", "2024", "2024/b.png"));

        Assert.Equal(["a.png", "b.png"], page.Cells.Select(cell => cell.Output));
        var fault = Assert.Single(page.Faulty);
        Assert.Equal("2024/a.png", fault.Input);
        Assert.Contains("a.png, as is that of " + _lab["2023/a.png"], fault.Reason);
    }

    [Fact]
    public async Task A_copy_is_the_same_cell_at_another_place()
    {
        _lab.Picture("p/a.png");
        File.Copy(_lab["p/a.png"], _lab["p/copy of a.png"]);

        var cells = (await _lab.ReadAllAsync(_lab.Batch("p"))).Cells;

        Assert.Equal(["a.png", "copy of a.png"], cells.Select(cell => cell.Output));
        Assert.Equal(cells[0].Id, cells[1].Id);
    }

    [Fact]
    public async Task Files_of_others_are_not_overwritten()
    {
        _lab.Picture("p/a.png");
        _lab.Picture("p/b.png", seed: 2);
        _lab.Picture("out/a.png", 10, 10, seed: 3);
        var before = File.ReadAllBytes(_lab["out/a.png"]);

        var page = await _lab.ReadAllAsync(_lab.Batch("p"));

        Assert.Equal("b.png", Assert.Single(page.Cells).Output);
        Assert.Contains("is not StyleFarm's", Assert.Single(page.Faulty).Reason);
        Assert.Equal(before, File.ReadAllBytes(_lab["out/a.png"]));
        // Beside a provenance of ours it is ours, also when the memory was lost.
        File.WriteAllText(_lab["out/a.result.json"], """{"schema": "stylefarm-result/1"}""");
        Assert.Equal(2, (await _lab.ReadAllAsync(_lab.Batch("p"))).Cells.Length);
    }

    [Fact]
    public async Task A_photo_is_never_overwritten_by_its_own_result()
    {
        _lab.Picture("out/a.png");

        var fault = Assert.Single((await _lab.ReadAllAsync(_lab.Batch("out/a.png"))).Faulty);

        Assert.Contains("its own place", fault.Reason);
    }

    [Fact]
    public async Task What_was_looked_at_is_not_hashed_again_until_it_changes()
    {
        _lab.Picture("p/a.png");
        var first = (await _lab.ReadAllAsync(_lab.Batch("p"))).Cells[0];
        Assert.Equal((2, 0), (_lab.Memory.Remembered, _lab.Memory.Recalled));

        Assert.Equal(first.Id, (await _lab.ReadAllAsync(_lab.Batch("p"))).Cells[0].Id);
        Assert.Equal((2, 2), (_lab.Memory.Remembered, _lab.Memory.Recalled));

        _lab.Picture("p/a.png", 41, 30, seed: 5);
        Assert.NotEqual(first.Id, (await _lab.ReadAllAsync(_lab.Batch("p"))).Cells[0].Id);
        Assert.Equal(3, _lab.Memory.Remembered);
    }

    [Fact]
    public async Task A_style_that_cannot_be_used_ends_the_reading()
    {
        _lab.Picture("p/a.png");
        var batch = _lab.Batch("p") with { Styles = StyleChoice.Each([_lab["gone.png"]]) };

        var fault = await Assert.ThrowsAsync<StyleFarmException>(() => _lab.ReadAllAsync(batch));

        Assert.StartsWith(_lab["gone.png"], fault.Message);
    }

    [Fact]
    public async Task A_picture_too_large_for_the_memory_is_a_fault()
    {
        _lab.Picture("p/large.png", 400, 300);
        _lab.Picture("p/small.png", 32, 32, seed: 2);
        var small = (await _lab.ReadAllAsync(_lab.Batch("p"))).Cells.Single(cell => cell.Output == "small.png");
        var source = new ArchiveSource(new StyleFarm.Cli.Farm.Archive.DiskFolders(), _lab.Looks, new(isOnDevice: false, small.MemoryBytes),
            _lab.Store, _lab.Sink);
        await using var reader = source.Open(Lab.Job(_lab.Batch("p")));

        var page = await Lab.ReadAllAsync(reader);

        Assert.Equal("small.png", Assert.Single(page.Cells).Output);
        Assert.Contains("give a smaller --size", Assert.Single(page.Faulty).Reason);
    }

    [Fact]
    public void A_batch_comes_back_from_its_record()
    {
        var batch = _lab.Batch("p", "q/*.jpg") with { Size = Messages.Recipes.RecipeSize.Of(128), Seed = ulong.MaxValue };

        var again = BatchSpec.FromJson(System.Text.Json.Nodes.JsonNode.Parse(batch.ToJson().ToJsonString())!.AsObject());

        Assert.Equal(batch.ToJson().ToJsonString(), again.ToJson().ToJsonString());
        Assert.Equal(batch.Delivery, again.Delivery);
        Assert.Equal(batch.Size, again.Size);
        Assert.Equal(batch.Seed, again.Seed);
    }

    readonly record struct ExportedPictureOf(string Cell)
    {
        public StyleFarm.Cli.Farm.Planning.ExportedPicture Export => new(Cell, new PictureForm().Fingerprint);
    }
}
