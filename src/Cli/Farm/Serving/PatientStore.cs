using System.Runtime.CompilerServices;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>A store that waits while another is away: calls end when that is back, when it refuses for good, or when cancelled.</summary>
/// <param name="store">The other.</param>
/// <param name="clock">Measures waits.</param>
/// <param name="warn">Told of the first failure of each wait.</param>
sealed class PatientStore(IObjectStore store, TimeProvider clock, Action<string> warn) : IObjectStore
{
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    /// <inheritdoc/>
    public string Description => store.Description;

    /// <inheritdoc/>
    public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WaitAsync(() => Done(store.PutAsync(key, content, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken) =>
        WaitAsync(() => store.GetAsync(key, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken) =>
        WaitAsync(() => store.ExistsAsync(key, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A list that breaks off is begun anew, so it is whole before any of it is given.
        var all = await WaitAsync(async () =>
        {
            var found = new List<StoredObject>();
            await foreach (var item in store.ListAsync(folder, cancellationToken).ConfigureAwait(false)) found.Add(item);
            return found;
        }, cancellationToken).ConfigureAwait(false);
        foreach (var item in all) yield return item;
    }

    /// <inheritdoc/>
    public Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken) =>
        WaitAsync(() => Done(store.CopyAsync(from, to, cancellationToken)), cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken) =>
        WaitAsync(() => Done(store.DeleteAsync(key, cancellationToken)), cancellationToken);

    async Task<T> WaitAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (StoreException e) when (e.IsTransient)
            {
                if (wait == FirstWait) warn($"{e.Message}; waiting for it");
            }

            await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    static async Task<bool> Done(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
