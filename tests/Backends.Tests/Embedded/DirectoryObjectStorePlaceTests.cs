using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>Folders that are none, that have gone, that are full or may not be written; and what is left in them.</summary>
public sealed class DirectoryObjectStorePlaceTests : IDisposable
{
    static readonly StoreKey Key = new("cells/0a/result.png");

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void A_file_is_no_store()
    {
        File.WriteAllText(_folder["store"], "");

        var error = Assert.Throws<StoreException>(() => new DirectoryObjectStore(_folder["store"]));

        Assert.False(error.IsTransient);
        Assert.Equal($"{_folder["store"]}: the store must be a folder, and this is a file; give another path", error.Message);
    }

    [Fact]
    public void A_place_that_may_not_be_written_is_no_store()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux has /sys");

        var error = Assert.Throws<StoreException>(() => new DirectoryObjectStore("/sys/stylefarm-store"));

        Assert.False(error.IsTransient);
        Assert.Matches(@"^/sys/stylefarm-store: may not be made \(.*\); give this user the right, or choose another", error.Message);
    }

    [Fact]
    public async Task A_store_that_has_gone_is_not_an_empty_one()
    {
        var store = new DirectoryObjectStore(_folder["disk/store"]);
        await store.PutAsync(Key, new byte[1], Stop);
        Directory.Delete(_folder["disk"], recursive: true);

        foreach (var attempt in new Func<Task>[]
        {
            () => store.GetAsync(Key, Stop), () => store.ExistsAsync(Key, Stop), () => store.PutAsync(Key, new byte[1], Stop),
            () => store.DeleteAsync(Key, Stop), () => store.CopyAsync(Key, new StoreKey("x"), Stop), () => CountAsync(store),
        })
        {
            var error = await Assert.ThrowsAsync<StoreException>(attempt);
            Assert.True(error.IsTransient);
            Assert.EndsWith("store: the folder of the store is not there; was it moved, or is its disk not mounted?", error.Message);
        }

        Assert.False(Directory.Exists(_folder["disk"]));
    }

    [Fact]
    public async Task A_full_disk_is_transient_leaves_what_was_there_and_no_leftovers()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"], 512);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        var store = new DirectoryObjectStore(disk.Path);
        await store.PutAsync(Key, new byte[100_000], Stop);

        var put = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Key, new byte[600_000], Stop));
        await store.PutAsync(new StoreKey("big"), new byte[300_000], Stop);
        var copy = await Assert.ThrowsAsync<StoreException>(() => store.CopyAsync(new StoreKey("big"), new StoreKey("b/copy"), Stop));

        Assert.True(put.IsTransient && copy.IsTransient);
        var place = _folder["disk/cells/0a/result.png"];
        Assert.Equal($"{place}: the disk is full or the quota is used up; free some space there", put.Message);
        Assert.StartsWith(_folder["disk/b/copy"] + ": the disk is full", copy.Message, StringComparison.Ordinal);
        Assert.Equal(100_000, (await store.GetAsync(Key, Stop))!.Length);
        Assert.Equal(["big", "result.png"], Files(disk.Path));
        await store.DeleteAsync(new StoreKey("big"), Stop);
        await store.PutAsync(Key, new byte[300_000], Stop);
    }

    [Fact]
    public async Task A_disk_that_may_not_be_written_is_read_and_not_transient()
    {
        using var disk = TinyDisk.TryMount(_folder["disk"], 512);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        var store = new DirectoryObjectStore(disk.Path);
        await store.PutAsync(Key, new byte[7], Stop);
        ReadOnlyDisk.Seal(disk);

        foreach (var attempt in new Func<Task>[]
        {
            () => store.PutAsync(Key, new byte[1], Stop), () => store.PutAsync(new StoreKey("new/x"), new byte[1], Stop),
            () => store.DeleteAsync(Key, Stop), () => store.CopyAsync(Key, new StoreKey("x"), Stop),
        })
        {
            var error = await Assert.ThrowsAsync<StoreException>(attempt);
            Assert.False(error.IsTransient);
            Assert.Matches(@"^/\S+: may not be (written|removed) \(.*\); give this user the right, or choose another", error.Message);
        }

        Assert.Equal(7, (await store.GetAsync(Key, Stop))!.Length);
        Assert.Equal(1, await CountAsync(store));
    }

    [Fact]
    public void A_sweep_removes_what_was_half_written_before_this_process_and_nothing_else()
    {
        var store = new DirectoryObjectStore(_folder.Path);
        var dead = $".result.png.{int.MaxValue}-1.tmp";
        foreach (var name in new[] { dead, $"cells/0a/{dead}", "cells/.no-number.tmp", $".x.{Environment.ProcessId}-9.tmp" })
            Write(name, isOld: true);
        // Process 1 has run for longer than any of these files lies there.
        string[] kept = ["cells/result.png", "cells/.lock", ".x.1-1.tmp", "cells/x.tmp"];
        foreach (var name in kept) Write(name, isOld: true);
        Write("cells/.new.123-1.tmp", isOld: false);

        var count = store.Sweep(Stop);

        Assert.Equal(4, count);
        Assert.Equal([".lock", ".new.123-1.tmp", ".x.1-1.tmp", "result.png", "x.tmp"], Files(_folder.Path));
        Assert.Equal(0, store.Sweep(Stop));
    }

    void Write(string name, bool isOld)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllText(_folder[name], "half");
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        if (isOld) File.SetLastWriteTimeUtc(_folder[name], self.StartTime.ToUniversalTime().AddSeconds(-1));
    }

    static async Task<int> CountAsync(DirectoryObjectStore store)
    {
        var count = 0;
        await foreach (var _ in store.ListAsync(new StoreKey("cells"), Stop)) count++;
        return count;
    }

    static IEnumerable<string?> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
