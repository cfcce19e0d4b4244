using System.Runtime.CompilerServices;
using System.Text;
using StyleFarm.Backends.Backups;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Backups;

public sealed class FarmBackupTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly DirectoryObjectStore _store;
    readonly SqliteJournalCopier _journal;
    BackupProgress _progress;

    public FarmBackupTests()
    {
        _store = new DirectoryObjectStore(_folder["farm"]);
        _journal = new SqliteJournalCopier(_folder["farm/farm.db"]);
    }

    public void Dispose() => _folder.Dispose();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_restored_is_what_was_there()
    {
        await PutAsync(
            "inputs/abc", "jobs/j/spec.json", "cells/a/result.png", "cells/a/result.json", "cells/b/checkpoints/00000004.1.safetensors");
        var facts = await BackUpAsync(records: 3);

        var (epoch, damaged) = await RestoreAsync("new");

        Assert.Equal((3, 5), (facts.Last, facts.Objects));
        Assert.Empty(damaged);
        Assert.True(epoch > FarmRestore.EpochLeap);
        Assert.Equal(await ContentAsync(_store), await ContentAsync(new DirectoryObjectStore(_folder["new"])));
        await using var journal = new SqliteJournal(_folder["new/farm.db"]);
        Assert.True((await journal.OpenAsync(Stop)).Epoch > epoch);
    }

    [Fact]
    public async Task A_second_backup_copies_what_is_new_and_drops_what_is_gone()
    {
        await PutAsync("cells/a/result.png", "cells/b/checkpoints/00000004.1.safetensors");
        await BackUpAsync(records: 1);
        await PutAsync("cells/b/result.png");
        await _store.DeleteAsync(new StoreKey("cells/b/checkpoints/00000004.1.safetensors"), Stop);

        await BackUpAsync(records: 1);

        Assert.Equal((2, 1), (_progress.Objects, _progress.Copied));
        Assert.Equal(["cells/a/result.png", "cells/b/result.png"], await BackedUpAsync());
        Assert.Single(Directory.GetFiles(_folder["backup"], "journal*"));
    }

    [Fact]
    public async Task A_cell_that_ends_while_it_is_copied_is_found_where_it_has_come_to()
    {
        await PutAsync("cells/a/checkpoints/00000004.1.safetensors", "inputs/abc");
        var moving = new MovingStore(_store, async () =>
        {
            await PutAsync("cells/a/result.png", "cells/a/result.json");
            await _store.DeleteAsync(new StoreKey("cells/a/checkpoints/00000004.1.safetensors"), Stop);
        });

        await BackUpAsync(records: 1, moving);

        Assert.Equal(
            ["cells/a/result.json", "cells/a/result.png", "inputs/abc"], await BackedUpAsync());
    }

    [Fact]
    public async Task What_a_result_supersedes_is_not_restored()
    {
        await PutAsync("cells/a/checkpoints/00000004.1.safetensors", "cells/a/attempts/1.png", "cells/a/previews/00000004.jpg",
            "cells/a/result.png", "cells/a/result.json", "cells/b/checkpoints/00000004.1.safetensors");
        await BackUpAsync(records: 1);

        await RestoreAsync("new");

        Assert.Equal(
            ["cells/a/previews/00000004.jpg", "cells/a/result.json", "cells/a/result.png", "cells/b/checkpoints/00000004.1.safetensors"],
            (await ContentAsync(new DirectoryObjectStore(_folder["new"]))).Keys);
        Assert.Equal((6, 4), (_progress.Objects, _progress.Copied));
    }

    [Fact]
    public async Task An_interrupted_backup_leaves_the_one_before_good_and_goes_on()
    {
        await PutAsync("cells/a/result.png");
        var first = await BackUpAsync(records: 2);
        await PutAsync("cells/b/result.png");
        var broken = new MovingStore(_store, () => throw new StoreException("the store is away", isTransient: true));

        await Assert.ThrowsAsync<StoreException>(() => BackUpAsync(records: 3, broken));

        Assert.Equal(first, BackupFolder.ForReading(_folder["backup"]).Facts);
        await RestoreAsync("new");
        Assert.Equal(5, (await BackUpAsync(records: 0)).Last);
    }

    [Fact]
    public async Task A_backup_that_never_came_to_its_end_is_not_restored()
    {
        await PutAsync("cells/a/result.png");
        var broken = new MovingStore(_store, () => throw new StoreException("the store is away", isTransient: true));
        await Assert.ThrowsAsync<StoreException>(() => BackUpAsync(records: 1, broken));

        var failure = Assert.Throws<StyleFarmException>(() => BackupFolder.ForReading(_folder["backup"]));

        Assert.Contains("was interrupted", failure.Message);
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_the_journal_stays_empty_or_it_is_left_out()
    {
        await PutAsync("cells/a/result.png", "cells/b/result.png");
        await BackUpAsync(records: 1);
        File.WriteAllText(_folder["backup/store/cells/a/result.png"], "cells/a/resulT.png");

        var failure = await Assert.ThrowsAsync<StyleFarmException>(() => RestoreAsync("new"));
        Assert.Contains(_folder["backup/store/cells/a/result.png"], failure.Message);
        await new SqliteJournalCopier(_folder["new/farm.db"]).CheckEmptyAsync(Stop);
        var (_, damaged) = await RestoreAsync("new", skipsDamaged: true);

        Assert.Equal(["cells/a/result.png"], damaged);
        Assert.Equal(["cells/b/result.png"], (await ContentAsync(new DirectoryObjectStore(_folder["new"]))).Keys);
    }

    [Fact]
    public async Task An_interrupted_restore_goes_on_and_copies_nothing_twice()
    {
        await PutAsync("cells/a/result.png", "cells/b/result.png", "cells/c/result.png");
        await BackUpAsync(records: 1);
        File.Move(_folder["backup/store/cells/c/result.png"], _folder["aside"]);
        await Assert.ThrowsAsync<StyleFarmException>(() => RestoreAsync("new"));
        var there = (await ContentAsync(new DirectoryObjectStore(_folder["new"]))).Count;

        File.Move(_folder["aside"], _folder["backup/store/cells/c/result.png"]);
        await RestoreAsync("new");

        Assert.Equal((3, 3 - there), (_progress.Objects, _progress.Copied));
        Assert.Equal(3, (await ContentAsync(new DirectoryObjectStore(_folder["new"]))).Count);
        Assert.False(File.Exists(_folder["new/restore.json"]));
    }

    [Fact]
    public async Task A_store_that_is_not_empty_is_not_filled()
    {
        await PutAsync("cells/a/result.png");
        await BackUpAsync(records: 1);
        await new DirectoryObjectStore(_folder["new"]).PutAsync(new StoreKey("jobs/other/spec.json"), "{}"u8.ToArray(), Stop);

        var failure = await Assert.ThrowsAsync<StyleFarmException>(() => RestoreAsync("new"));

        Assert.Contains("the store is not empty (it has jobs/other/spec.json)", failure.Message);
    }

    [Fact]
    public void A_folder_with_other_things_in_it_is_left_alone()
    {
        File.WriteAllText(_folder["letter.txt"], "mine");

        Assert.Contains("something else", Assert.Throws<StyleFarmException>(() => BackupFolder.ForWriting(_folder[""])).Message);
    }

    async Task PutAsync(params string[] keys)
    {
        foreach (var key in keys) await _store.PutAsync(new StoreKey(key), Encoding.UTF8.GetBytes(key), Stop);
    }

    async Task<BackupFacts> BackUpAsync(int records, IObjectStore? store = null)
    {
        await using (var journal = new SqliteJournal(_folder["farm/farm.db"]))
        {
            await journal.OpenAsync(Stop);
            var last = 0L;
            await foreach (var entry in journal.ReadAsync(0, Stop)) last = entry.Sequence;
            await journal.AppendAsync([.. Enumerable.Range(1, records).Select(i => new JournalEntry(last + i, "kind", default))], Stop);
        }

        return await new FarmBackup(_journal, store ?? _store, TimeProvider.System)
            .RunAsync(BackupFolder.ForWriting(_folder["backup"]), progress => _progress = progress, Stop);
    }

    Task<(long Epoch, IReadOnlyList<string> Damaged)> RestoreAsync(string name, bool skipsDamaged = false)
    {
        var (folder, facts) = BackupFolder.ForReading(_folder["backup"]);
        return new FarmRestore(new SqliteJournalCopier(_folder[$"{name}/farm.db"]), new DirectoryObjectStore(_folder[name]))
        {
            SkipsDamaged = skipsDamaged,
        }.RunAsync(folder, facts, progress => _progress = progress, Stop);
    }

    async Task<ICollection<string>> BackedUpAsync() => (await ContentAsync(new DirectoryObjectStore(_folder["backup/store"]))).Keys;

    static async Task<SortedDictionary<string, string>> ContentAsync(DirectoryObjectStore store)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var folder in (string[])["inputs", "jobs", "cells"])
            await foreach (var found in store.ListAsync(new StoreKey(folder), Stop))
                all[found.Key.ToString()] = Encoding.UTF8.GetString((await store.GetAsync(found.Key, Stop))!);
        return all;
    }

    /// <summary>Something happens between the list of the cells and the first look into one.</summary>
    sealed class MovingStore(DirectoryObjectStore store, Func<Task> happens) : IObjectStore
    {
        bool _hasHappened;

        public string Description => store.Description;

        public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var all = new List<StoredObject>();
            await foreach (var found in store.ListAsync(folder, cancellationToken)) all.Add(found);
            if (folder.ToString() == "cells" && !_hasHappened)
            {
                _hasHappened = true;
                await happens();
            }

            foreach (var found in all) yield return found;
        }

        public Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken) => store.GetAsync(key, cancellationToken);

        public Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken) => store.ExistsAsync(key, cancellationToken);

        public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
