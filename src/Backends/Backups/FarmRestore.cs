using System.Collections.Concurrent;
using System.Text;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Backups;

/// <summary>
/// Makes a farm of a backup, on services of whatever kind: objects first, each compared with its SHA-256, the journal last and at once, so
/// that a farm which is there half is none. Run again after an interruption, it goes on.
/// </summary>
/// <param name="journal">An empty one that nobody leads.</param>
/// <param name="store">An empty one, or one that this backup was being restored into; null: only the journal is restored.</param>
public sealed class FarmRestore(IJournalCopier journal, IObjectStore? store)
{
    /// <summary>
    /// How much the epoch rises besides: nodes that were not stopped may have seen leaders later than the backup, and follow none of an
    /// earlier epoch.
    /// </summary>
    public const long EpochLeap = 1_000_000;

    const int AtOnce = 4;

    // Says whose objects a store has, until the restore is complete.
    static readonly StoreKey Marker = new("restore.json");

    /// <summary>Goes on past objects of the backup that are damaged, which are then left out.</summary>
    public bool SkipsDamaged { get; init; }

    /// <summary>Restores a backup.</summary>
    /// <param name="from">Where it is.</param>
    /// <param name="facts">What it is.</param>
    /// <param name="told">Told of each object.</param>
    /// <param name="cancellationToken">Cancels; another call goes on from there.</param>
    /// <returns>The journal's epoch, and the damaged objects that were left out.</returns>
    /// <exception cref="JournalException">The journal is not empty, somebody leads, or it cannot be written.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    /// <exception cref="StyleFarmException">BadInput: the store is not empty, or the backup is damaged.</exception>
    public async Task<(long Epoch, IReadOnlyList<string> Damaged)> RunAsync(
        BackupFolder from, BackupFacts facts, Action<BackupProgress>? told, CancellationToken cancellationToken)
    {
        await journal.CheckEmptyAsync(cancellationToken);
        var damaged = store is null ? [] : await CopyStoreAsync(from, facts, new CopyCount(told, facts.Objects), cancellationToken);
        var epoch = 0L;
        await new SqliteJournalCopier(from.JournalPathOf(facts)).ReadAsync(async (moment, entries) =>
        {
            var raised = moment with { Epoch = moment.Epoch + EpochLeap };
            epoch = await journal.FillAsync(raised, entries, cancellationToken);
        }, cancellationToken);
        if (store is not null) await store.DeleteAsync(Marker, cancellationToken);
        return (epoch, damaged);
    }

    async Task<IReadOnlyList<string>> CopyStoreAsync(
        BackupFolder from, BackupFacts facts, CopyCount count, CancellationToken cancellationToken)
    {
        var goesOn = await BeginAsync(facts, cancellationToken);
        using var index = new BackupIndex(from.IndexPath);
        var source = new DirectoryObjectStore(from.StorePath);
        var damaged = new ConcurrentBag<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(index.All(), options, async (one, token) =>
        {
            // Of a cell that ended while it was copied: the farm has removed it, and would not come back to do it again.
            var isSuperseded = one.Key.SupersededBy is { } result && index.Find(result) is not null;
            if (isSuperseded || (goesOn && await store!.ExistsAsync(one.Key, token))) count.Add(one.SizeBytes, isCopied: false);
            else if (await source.GetAsync(one.Key, token) is { } content && FarmBackup.Sha256Of(content) == one.Sha256)
            {
                await store!.PutAsync(one.Key, content, token);
                count.Add(content.Length, isCopied: true);
            }
            else if (SkipsDamaged) damaged.Add(one.Key.ToString());
            else
                throw StyleFarmException.BadInput($"{Path.Combine(from.StorePath, one.Key.ToString())}: the file is gone, or is not what "
                    + "was backed up (SHA-256); take another backup, or leave such objects out with --skip-damaged");
        });
        return [.. damaged.Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether a restore of this backup was begun there before.</summary>
    async Task<bool> BeginAsync(BackupFacts facts, CancellationToken cancellationToken)
    {
        if (await store!.GetAsync(Marker, cancellationToken) is { } marker && Encoding.UTF8.GetString(marker) == facts.Id) return true;
        foreach (var folder in FarmBackup.Folders)
            await foreach (var found in store.ListAsync(folder, cancellationToken))
                throw StyleFarmException.BadInput($"{store.Description}: the store is not empty (it has {found.Key}), and only an empty one "
                    + "is filled; give another prefix or folder, or --journal-only when the store itself is well");
        await store.PutAsync(Marker, Encoding.UTF8.GetBytes(facts.Id), cancellationToken);
        return false;
    }
}
