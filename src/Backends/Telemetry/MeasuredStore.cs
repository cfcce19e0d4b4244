using System.Runtime.CompilerServices;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Telemetry;

/// <summary>Measures another store.</summary>
/// <param name="store">The other; disposed with this one.</param>
/// <param name="clock">Measures.</param>
public sealed class MeasuredStore(IObjectStore store, TimeProvider clock) : IObjectStore, IDisposable
{
    /// <inheritdoc />
    public string Description => store.Description;

    /// <inheritdoc />
    public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        MeasureAsync("put", () => Done(store.PutAsync(key, content, cancellationToken)));

    /// <inheritdoc />
    public Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken) =>
        MeasureAsync("get", () => store.GetAsync(key, cancellationToken));

    /// <inheritdoc />
    public Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken) =>
        MeasureAsync("exists", () => store.ExistsAsync(key, cancellationToken));

    /// <summary>What the caller does between two objects is not counted.</summary>
    public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var all = store.ListAsync(folder, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var took = TimeSpan.Zero;
        while (true)
        {
            var began = clock.GetTimestamp();
            bool isMore;
            try
            {
                isMore = await all.MoveNextAsync();
                took += clock.GetElapsedTime(began);
            }
            catch (Exception e)
            {
                BackendInstruments.Requested("list", OutcomeOf(e), took + clock.GetElapsedTime(began));
                throw;
            }

            if (!isMore) break;
            yield return all.Current;
        }

        BackendInstruments.Requested("list", "ok", took);
    }

    /// <inheritdoc />
    public Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken) =>
        MeasureAsync("copy", () => Done(store.CopyAsync(from, to, cancellationToken)));

    /// <inheritdoc />
    public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken) =>
        MeasureAsync("delete", () => Done(store.DeleteAsync(key, cancellationToken)));

    /// <inheritdoc />
    public void Dispose() => (store as IDisposable)?.Dispose();

    async Task<T> MeasureAsync<T>(string operation, Func<Task<T>> call)
    {
        var began = clock.GetTimestamp();
        try
        {
            var answer = await call();
            BackendInstruments.Requested(operation, "ok", clock.GetElapsedTime(began));
            return answer;
        }
        catch (Exception e)
        {
            BackendInstruments.Requested(operation, OutcomeOf(e), clock.GetElapsedTime(began));
            throw;
        }
    }

    static string OutcomeOf(Exception e) => e switch
    {
        StoreException { IsTransient: true } => "unavailable",
        StoreException => "refused",
        OperationCanceledException => "cancelled",
        _ => "fault",
    };

    static async Task<bool> Done(Task task)
    {
        await task;
        return true;
    }
}
