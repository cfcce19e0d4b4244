using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>
/// A store that somebody waits for: when nothing can be written for a while, it says so once, rather than let the farm try for ever
/// behind a progress bar that stands still.
/// </summary>
sealed class WatchedStore(IObjectStore store, TimeProvider clock) : IObjectStore
{
    /// <summary>How long writing may fail before it is given up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly Lock _lock = new();
    long? _failingSince;

    /// <summary>Told why, once nothing could be written for so long.</summary>
    public Action<string> GaveUp { get; set; } = _ => { };

    public string Description => store.Description;

    public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Watch(store.PutAsync(key, content, cancellationToken));

    public Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken) => store.GetAsync(key, cancellationToken);

    public Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken) => store.ExistsAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, CancellationToken cancellationToken) =>
        store.ListAsync(folder, cancellationToken);

    public Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken) =>
        Watch(store.CopyAsync(from, to, cancellationToken));

    public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken) => store.DeleteAsync(key, cancellationToken);

    async Task Watch(Task write)
    {
        try
        {
            await write.ConfigureAwait(false);
            lock (_lock) _failingSince = null;
        }
        catch (StoreException e)
        {
            if (HasFailedTooLong()) GaveUp($"{e.Message}; everything so far is kept, and the same command goes on from there");
            throw;
        }
    }

    bool HasFailedTooLong()
    {
        lock (_lock)
        {
            _failingSince ??= clock.GetTimestamp();
            return clock.GetElapsedTime(_failingSince.Value) > Patience;
        }
    }
}
