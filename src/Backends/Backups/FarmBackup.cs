using System.Collections.Concurrent;
using System.Security.Cryptography;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Backups;

/// <summary>
/// Copies a farm into a folder, also while it works: the journal as of one moment, then the objects of its store. Whatever the farm does
/// later, the store then has all that the journal speaks of, or what came of it. Run again, it copies only what is new.
/// </summary>
/// <param name="journal">The farm's.</param>
/// <param name="store">The farm's; null: only the journal is copied.</param>
/// <param name="clock">The time.</param>
public sealed class FarmBackup(IJournalCopier journal, IObjectStore? store, TimeProvider clock)
{
    const int AtOnce = 4;

    // Cells go on while they are copied: how often what has gone meanwhile is looked for once more.
    const int Rounds = 10;

    /// <summary>The folders of a store that are a farm's. Inputs first: whatever refers to them then finds them.</summary>
    internal static readonly StoreKey[] Folders = [new("inputs"), new("jobs"), new("cells")];

    /// <summary>Makes the backup.</summary>
    /// <param name="to">An empty folder, or one with an earlier backup, complete or not; that stays good until then.</param>
    /// <param name="told">Told of each object.</param>
    /// <param name="cancellationToken">Cancels; the next backup into the folder goes on from there.</param>
    /// <exception cref="JournalException">The journal cannot be read.</exception>
    /// <exception cref="StoreException">The store cannot be read, or the folder not be written.</exception>
    /// <exception cref="StyleFarmException">BadInput: the folder cannot be used.</exception>
    public async Task<BackupFacts> RunAsync(BackupFolder to, Action<BackupProgress>? told, CancellationToken cancellationToken)
    {
        using var index = new BackupIndex(to.IndexPath);
        var made = clock.GetUtcNow();
        var moment = await CopyJournalAsync(to, cancellationToken);
        var run = Guid.NewGuid().ToString("N");
        if (store is not null) await CopyStoreAsync(to, index, run, new CopyCount(told), cancellationToken);
        index.Flush();
        var (objects, bytes) = index.Sum(run);
        var from = store is null ? journal.Description : $"{journal.Description}, {store.Description}";
        var facts = new BackupFacts(run, made, $"journal-{moment.Epoch}-{moment.Last}.db", moment.Epoch, moment.Last,
            store is null ? null : objects, bytes, from);
        to.Complete(facts);
        if (store is not null) await PruneAsync(to, index, run, cancellationToken);
        return facts;
    }

    async Task<JournalMoment> CopyJournalAsync(BackupFolder to, CancellationToken cancellationToken)
    {
        BackupFolder.DeleteJournal(to.NewJournalPath);
        JournalMoment? copied = null;
        await journal.ReadAsync(async (moment, entries) =>
        {
            await new SqliteJournalCopier(to.NewJournalPath).FillAsync(moment, entries, cancellationToken);
            copied = moment;
        }, cancellationToken);
        return copied!;
    }

    async Task CopyStoreAsync(BackupFolder to, BackupIndex index, string run, CopyCount count, CancellationToken cancellationToken)
    {
        var target = new DirectoryObjectStore(to.StorePath);
        target.Sweep(cancellationToken);
        var folders = Folders;
        for (var round = 0; folders.Length > 0 && round < Rounds; round++)
        {
            var moved = new ConcurrentDictionary<StoreKey, byte>();
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            foreach (var folder in folders)
                await Parallel.ForEachAsync(store!.ListAsync(folder, cancellationToken), options, async (found, token) =>
                {
                    if (index.Find(found.Key) is { } known && IsSame(known, found, to))
                    {
                        if (round == 0) count.Add(found.SizeBytes, isCopied: false);
                        index.Put(known, run);
                    }
                    else if (await store!.GetAsync(found.Key, token) is { } content)
                    {
                        await target.PutAsync(found.Key, content, token);
                        index.Put(new BackedUp(found.Key, content.Length, found.Modified.UtcTicks, Sha256Of(content)), run);
                        count.Add(content.Length, isCopied: true);
                    }
                    else moved[FolderOf(found.Key)] = 0;
                });
            folders = [.. moved.Keys];
        }
    }

    static bool IsSame(BackedUp known, StoredObject found, BackupFolder to) =>
        known.SizeBytes == found.SizeBytes && known.ModifiedTicks == found.Modified.UtcTicks
        && new FileInfo(Path.Combine(to.StorePath, found.Key.ToString())) is { Exists: true } file && file.Length == found.SizeBytes;

    /// <summary>Removes what the farm no longer has.</summary>
    static async Task PruneAsync(BackupFolder to, BackupIndex index, string run, CancellationToken cancellationToken)
    {
        var target = new DirectoryObjectStore(to.StorePath);
        foreach (var old in index.All(notOf: run))
        {
            await target.DeleteAsync(old.Key, cancellationToken);
            index.Remove(old.Key);
        }
    }

    // Of a cell's object the cell's folder: what it has now may lie elsewhere in that.
    static StoreKey FolderOf(StoreKey key)
    {
        var parts = key.ToString().Split('/');
        return new StoreKey(parts[0] == "cells" ? $"cells/{parts[1]}" : parts[0]);
    }

    internal static string Sha256Of(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
