using System.Security.Cryptography;
using StyleFarm.GpuNode.Inputs;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.GpuNode.Tests.Inputs;

public sealed class InputCacheTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly FaultyStore _store = new();
    readonly InputCache _cache;

    public InputCacheTests()
    {
        var patience = new Patience(TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), TimeProvider.System, _ => { });
        _cache = new InputCache(_store, patience, _folder["inputs"], 25, TimeProvider.System);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_path_is_used_where_it_lies()
    {
        File.WriteAllText(_folder["photo.png"], "a photo");
        Assert.Equal(_folder["photo.png"], await Fetch("a photo", _folder["photo.png"]));
    }

    [Fact]
    public async Task A_file_that_changed_is_refused_by_name()
    {
        File.WriteAllText(_folder["photo.png"], "another photo");
        var refused = await Assert.ThrowsAsync<StyleFarmException>(() => Fetch("a photo", _folder["photo.png"]));
        Assert.Equal($"{_folder["photo.png"]}: changed while the job ran; run the job again", refused.Message);
    }

    [Fact]
    public async Task A_file_that_changes_between_two_fetches_is_noticed()
    {
        File.WriteAllText(_folder["photo.png"], "a photo");
        await Fetch("a photo", _folder["photo.png"]);
        File.WriteAllText(_folder["photo.png"], "longer now");

        await Assert.ThrowsAsync<StyleFarmException>(() => Fetch("a photo", _folder["photo.png"]));
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        var refused = await Assert.ThrowsAsync<StyleFarmException>(() => Fetch("a photo", _folder["gone.png"]));
        Assert.StartsWith($"{_folder["gone.png"]}: no such file", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_input_of_the_store_is_downloaded_once_and_checked()
    {
        await Put("a photo");
        var path = await Fetch("a photo");
        Assert.Equal("a photo", File.ReadAllText(path));

        _store.Fails = _ => new StoreException("down", isTransient: false);
        Assert.Equal(path, await Fetch("a photo"));
    }

    [Fact]
    public async Task A_download_waits_for_a_store_that_is_away()
    {
        await Put("a photo");
        var tries = 0;
        _store.Fails = _ => ++tries < 4 ? new StoreException("down", isTransient: true) : null;

        Assert.Equal("a photo", File.ReadAllText(await Fetch("a photo")));
        Assert.Equal(4, tries);
    }

    [Fact]
    public async Task An_input_that_is_missing_or_damaged_in_the_store_is_refused()
    {
        Assert.Contains("not in the store", (await Assert.ThrowsAsync<StyleFarmException>(() => Fetch("a photo"))).Message, StringComparison.Ordinal);
        await _store.PutAsync(StoreKey.Input(HashOf("a photo")), "something"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Contains("damaged in the store", (await Assert.ThrowsAsync<StyleFarmException>(() => Fetch("a photo"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Downloads_beyond_the_limit_push_the_oldest_out()
    {
        foreach (var text in new[] { "first photo", "second photo", "third photo" })
        {
            await Put(text);
            await Fetch(text);
            File.SetLastAccessTimeUtc(Path.Combine(_folder["inputs"], HashOf(text)), new DateTime(2026, 1, 1 + text.Length % 5, 0, 0, 0, DateTimeKind.Utc));
        }

        Assert.True(Directory.GetFiles(_folder["inputs"]).Sum(file => new FileInfo(file).Length) <= 25);
        Assert.Equal("third photo", File.ReadAllText(await Fetch("third photo")));
        Assert.Equal("first photo", File.ReadAllText(await Fetch("first photo")));
    }

    Task<string> Fetch(string content, string? location = null) =>
        _cache.FetchAsync(new InputRef(HashOf(content), location ?? StoreKey.Input(HashOf(content)).ToString(), 1, 1), TestContext.Current.CancellationToken);

    Task Put(string content) => _store.PutAsync(StoreKey.Input(HashOf(content)), System.Text.Encoding.UTF8.GetBytes(content), TestContext.Current.CancellationToken);

    static string HashOf(string content) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
}
