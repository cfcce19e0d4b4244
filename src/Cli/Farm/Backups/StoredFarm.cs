using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Serving;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Backups;

/// <summary>What a farm keeps, without any process of it.</summary>
sealed class StoredFarm : IDisposable
{
    StoredFarm(IJournalCopier journal, IObjectStore? store) => (Journal, Store) = (journal, store);

    /// <summary>Its journal.</summary>
    public IJournalCopier Journal { get; }

    /// <summary>Its store; null: left out.</summary>
    public IObjectStore? Store { get; }

    /// <summary>For people.</summary>
    public string Description => Store is { } store ? $"{Journal.Description}, {store.Description}" : Journal.Description;

    /// <summary>A farm to be read. Nothing is written, so keys that may only read are enough.</summary>
    public static StoredFarm Of(ServiceAddresses at, bool isJournalOnly, TimeProvider clock, Action<string> notice)
    {
        IJournalCopier journal = at.Database is { } database
            ? new PostgresJournalCopier(database, notice) : new SqliteJournalCopier(at.JournalFile, notice);
        return new StoredFarm(journal, isJournalOnly ? null : StoreOf(at, clock));
    }

    /// <summary>A farm to be written; tries out whether its store can be.</summary>
    /// <exception cref="StoreException">The store cannot be used.</exception>
    public static async Task<StoredFarm> ForWritingAsync(
        ServiceAddresses at, bool isJournalOnly, TimeProvider clock, Action<string> notice, CancellationToken cancellation)
    {
        var farm = Of(at, isJournalOnly, clock, notice);
        if (farm.Store is not S3ObjectStore bucket) return farm;
        try
        {
            await bucket.ProbeAsync(cancellation);
            return farm;
        }
        catch
        {
            farm.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => (Store as IDisposable)?.Dispose();

    static IObjectStore StoreOf(ServiceAddresses at, TimeProvider clock) => at.Bucket is { } bucket
        ? new S3ObjectStore(bucket, S3Credentials.Find(bucket, Environment.GetEnvironmentVariable), null, clock,
            new Random(HashCode.Combine(Environment.MachineName, Environment.ProcessId)))
        : new DirectoryObjectStore(at.Folder);
}
