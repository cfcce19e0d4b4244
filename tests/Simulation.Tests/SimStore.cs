using System.Runtime.CompilerServices;
using System.Text;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>The store's disk: outlives every process; an object is there whole or not at all.</summary>
sealed class SimStore(FarmSimulation farm)
{
    readonly Dictionary<string, SortedDictionary<string, string>> _folders = new(StringComparer.Ordinal);

    /// <summary>All keys.</summary>
    public IEnumerable<string> Keys => _folders.SelectMany(folder => folder.Value.Keys.Select(name => $"{folder.Key}/{name}"));

    public IObjectStore For(SimProcess process) => new Client(this, farm, process);

    /// <summary>What is there, as text.</summary>
    public string? Read(StoreKey key) => Folder(key).Folder.GetValueOrDefault(Folder(key).Name);

    /// <summary>Names in a folder, in order.</summary>
    public IReadOnlyCollection<string> Names(StoreKey folder) => _folders.TryGetValue(folder.ToString(), out var names) ? names.Keys : [];

    void Write(StoreKey key, string content, SimProcess by)
    {
        farm.Log?.Add($"{by}: put {key} = {content}");
        var (folder, name) = Folder(key);
        farm.Renders.Stored(key, content, folder.GetValueOrDefault(name), by);
        folder[name] = content;
    }

    void Delete(StoreKey key, SimProcess by)
    {
        farm.Log?.Add($"{by}: delete {key}");
        var (folder, name) = Folder(key);
        folder.Remove(name);
    }

    (SortedDictionary<string, string> Folder, string Name) Folder(StoreKey key)
    {
        var text = key.ToString();
        var at = text.LastIndexOf('/');
        if (!_folders.TryGetValue(text[..at], out var folder)) _folders[text[..at]] = folder = new SortedDictionary<string, string>(StringComparer.Ordinal);
        return (folder, text[(at + 1)..]);
    }

    /// <summary>One process's way to it.</summary>
    sealed class Client(SimStore store, FarmSimulation farm, SimProcess process) : IObjectStore
    {
        public string Description => "sim:store";

        public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
        {
            var text = Encoding.UTF8.GetString(content.Span);
            return Call(true, () =>
            {
                store.Write(key, text, process);
                return true;
            }, cancellationToken);
        }

        public Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken) =>
            Call(false, () => store.Read(key) is { } text ? Encoding.UTF8.GetBytes(text) : null, cancellationToken);

        public Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken) => Call(false, () => store.Read(key) is not null, cancellationToken);

        public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var names = await Call(false, () => store.Names(folder).ToList(), cancellationToken).ConfigureAwait(false);
            foreach (var name in names) yield return new StoredObject(new StoreKey($"{folder}/{name}"), 1, process.Clock.GetUtcNow());
        }

        public Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken) => Call(true, () =>
        {
            store.Write(to, store.Read(from) ?? throw new StoreException($"sim:store: {from} is not there", isTransient: false), process);
            return true;
        }, cancellationToken);

        public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken) => Call(true, () =>
        {
            store.Delete(key, process);
            return true;
        }, cancellationToken);

        Task<T> Call<T>(bool isWrite, Func<T> effect, CancellationToken cancellationToken)
        {
            var done = new TaskCompletionSource<T>();
            farm.After(farm.Chance.Seconds(0.001, farm.Chance.Once(0.02) ? 0.5 : 0.02), () => Land(isWrite, effect, done, cancellationToken));
            return done.Task;
        }

        /// <summary>A write whose process was killed meanwhile, or that is said to have failed, may have come through all the same.</summary>
        void Land<T>(bool isWrite, Func<T> effect, TaskCompletionSource<T> done, CancellationToken cancellationToken)
        {
            var fails = farm.Weather.StoreFails;
            if (fails) farm.Renders.StoreFailed(process);
            var reaches = process.IsAlive && !fails && !cancellationToken.IsCancellationRequested;
            T? result = default;
            StoreException? error = fails ? new StoreException("sim:store does not answer", isTransient: true) : null;
            try
            {
                if (reaches || (isWrite && farm.Chance.Once(0.3))) result = effect();
            }
            catch (StoreException e)
            {
                error ??= e;
            }

            process.Run(() =>
            {
                if (cancellationToken.IsCancellationRequested) done.SetCanceled(cancellationToken);
                else if (error is null) done.SetResult(result!);
                else done.SetException(error);
            });
        }
    }
}
