using System.Collections.Concurrent;
using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

public sealed class DirectoryObjectStoreTests : ObjectStoreContract, IDisposable
{
    readonly TempFolder _folder = new();
    readonly DirectoryObjectStore _store;

    public DirectoryObjectStoreTests() => _store = new DirectoryObjectStore(_folder["store"]);

    protected override IObjectStore Store => _store;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_cell_that_the_command_line_rendered_is_read_and_its_own_files_are_not_objects()
    {
        var cell = new CellId("00112233445566778899aabbccddeeff");
        Write($"cells/{cell}/.lock", 0);
        Write($"cells/{cell}/result.png", 10);
        Write($"cells/{cell}/result.json", 3);
        Write($"cells/{cell}/telemetry/00000000.jsonl", 4);
        Write($"cells/{cell}/checkpoints/00000025.1.safetensors", 5);
        Write($"cells/{cell}/checkpoints/.00000050.1.safetensors.77-1.tmp", 6);
        Write($"cells/{cell}/my notes.txt", 7);

        Assert.True(await _store.ExistsAsync(StoreKey.Provenance(cell), Stop));
        Assert.Equal(5, (await _store.GetAsync(StoreKey.Checkpoint(cell, 25, 1), Stop))!.Length);
        Assert.Equal(
            [StoreKey.Checkpoint(cell, 25, 1), StoreKey.Provenance(cell), StoreKey.Result(cell), StoreKey.Telemetry(cell, 0)],
            (await ListAsync($"cells/{cell}")).Select(found => found.Key));
    }

    [Fact]
    public async Task An_object_is_a_plain_file_under_its_key_with_nothing_beside_it()
    {
        await _store.PutAsync(new StoreKey("a/b/c.bin"), Bytes(100), Stop);
        await _store.CopyAsync(new StoreKey("a/b/c.bin"), new StoreKey("a/d.bin"), Stop);

        Assert.Equal(Bytes(100), await File.ReadAllBytesAsync(_folder["store/a/b/c.bin"], Stop));
        Assert.Equal(["a", "b", "c.bin", "d.bin"],
            Directory.EnumerateFileSystemEntries(_folder["store"], "*", SearchOption.AllDirectories)
                .Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_listing_says_when_an_object_was_written_also_by_copying()
    {
        await _store.PutAsync(new StoreKey("a/old"), Bytes(1), Stop);
        File.SetLastWriteTimeUtc(_folder["store/a/old"], new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-2);

        await _store.CopyAsync(new StoreKey("a/old"), new StoreKey("a/new"), Stop);

        var all = await ListAsync("a");
        Assert.InRange(all[0].Modified, before, before.AddMinutes(5));
        Assert.Equal(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero), all[1].Modified);
    }

    [Theory]
    [InlineData("link")]
    [InlineData("link/inner")]
    [InlineData("a/link")]
    [InlineData("a/link/inner")]
    public async Task A_link_is_not_followed_wherever_it_leads(string key)
    {
        Directory.CreateDirectory(_folder["outside"]);
        await File.WriteAllTextAsync(_folder["outside/inner"], "secret", Stop);
        Directory.CreateDirectory(_folder["store/a"]);
        Directory.CreateSymbolicLink(_folder["store/link"], _folder["outside"]);
        Directory.CreateSymbolicLink(_folder["store/a/link"], _folder["outside"]);
        await _store.PutAsync(new StoreKey("x"), Bytes(1), Stop);
        var bad = new StoreKey(key);

        foreach (var attempt in new Func<Task>[]
        {
            () => _store.GetAsync(bad, Stop), () => _store.ExistsAsync(bad, Stop), () => _store.DeleteAsync(bad, Stop),
            () => _store.PutAsync(bad, Bytes(1), Stop), () => _store.CopyAsync(bad, new StoreKey("y"), Stop),
            () => _store.CopyAsync(new StoreKey("x"), bad, Stop), () => ListAsync(key), () => ListAsync("a"),
        })
        {
            var error = await Assert.ThrowsAsync<StoreException>(attempt);
            Assert.False(error.IsTransient);
            Assert.Contains("a symbolic link; the store follows none", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("secret", await File.ReadAllTextAsync(_folder["outside/inner"], Stop));
    }

    [Fact]
    public async Task An_object_cannot_stand_where_a_folder_is_nor_below_a_file()
    {
        await _store.PutAsync(new StoreKey("a/b"), Bytes(1), Stop);

        var onFolder = await Assert.ThrowsAsync<StoreException>(() => _store.PutAsync(new StoreKey("a"), Bytes(1), Stop));
        var belowFile = await Assert.ThrowsAsync<StoreException>(() => _store.PutAsync(new StoreKey("a/b/c"), Bytes(1), Stop));

        Assert.Equal($"{_folder["store/a"]}: there is a folder where the object should stand; remove it", onFolder.Message);
        Assert.StartsWith($"{_folder["store/a/b/c"]}: cannot be written (", belowFile.Message, StringComparison.Ordinal);
        Assert.False(onFolder.IsTransient || belowFile.IsTransient);
        Assert.Null(await _store.GetAsync(new StoreKey("a/b/c"), Stop));
        Assert.False(await _store.ExistsAsync(new StoreKey("a/b/c"), Stop));
        await _store.DeleteAsync(new StoreKey("a/b/c"), Stop);
        Assert.Equal(["b"], Directory.GetFileSystemEntries(_folder["store/a"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_put_whose_half_written_file_was_swept_by_another_machine_is_done_again()
    {
        var done = new ConcurrentDictionary<string, byte>();
        using var stop = new CancellationTokenSource();
        Directory.CreateDirectory(_folder["store/a"]);
        var sweeping = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                foreach (var path in Directory.EnumerateFiles(_folder["store/a"], ".*.tmp"))
                    if (done.TryAdd(Path.GetFileName(path).Split('.')[1], 0)) File.Delete(path);
        }, Stop);

        for (var i = 0; i < 100 || (done.IsEmpty && i < 10_000); i++)
            await _store.PutAsync(new StoreKey($"a/object{i}"), Bytes(50_000, i), Stop);
        await stop.CancelAsync();
        await sweeping;

        Assert.NotEmpty(done);
        foreach (var name in done.Keys)
            Assert.Equal(Bytes(50_000, int.Parse(name["object".Length..], null)), await _store.GetAsync(new StoreKey($"a/{name}"), Stop));
    }

    [Fact]
    public async Task A_listing_passes_over_what_vanishes_meanwhile()
    {
        for (var i = 0; i < 600; i++) Write($"a/{i % 3}/{i:D4}", 1);
        var seen = 0;

        await foreach (var found in _store.ListAsync(new StoreKey("a"), Stop))
            if (seen++ == 0) Directory.Delete(_folder["store/a/2"], recursive: true);
            else Assert.False(found.Key.ToString().StartsWith("a/2/", StringComparison.Ordinal) && seen > 500);

        Assert.InRange(seen, 400, 512);
    }

    void Write(string name, int size)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder["store/" + name])!);
        File.WriteAllBytes(_folder["store/" + name], new byte[size]);
    }
}
