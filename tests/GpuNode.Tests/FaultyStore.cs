using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using StyleFarm.Messages.Ports;

namespace StyleFarm.GpuNode.Tests;

/// <summary>A store in memory that fails, hangs or dies where a test wants it.</summary>
sealed class FaultyStore : IObjectStore
{
    readonly ConcurrentDictionary<string, byte[]> _objects = new();
    readonly ConcurrentQueue<string> _puts = new();
    TaskCompletionSource _mayPut = Open();
    int _putsLeft = int.MaxValue;

    public string Description => "memory";

    /// <summary>What a call for a key throws, if anything.</summary>
    public Func<string, StoreException?> Fails { get; set; } = _ => null;

    /// <summary>Awaited before a call for a key.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Keys in the order in which they were written.</summary>
    public IReadOnlyList<string> Puts => [.. _puts];

    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <summary>Keys below a folder, in order.</summary>
    public List<string> KeysBelow(string folder) => [.. _objects.Keys.Where(key => key.StartsWith(folder + "/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public void Clear()
    {
        _objects.Clear();
        _puts.Clear();
    }

    /// <summary>From now on puts hang until <see cref="Unblock"/>.</summary>
    public void Block() => _mayPut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Unblock() => _mayPut.TrySetResult();

    /// <summary>After so many more puts every call hangs, as for a process that was killed.</summary>
    public void DieAfter(int puts) => _putsLeft = puts;

    public bool IsDead => Volatile.Read(ref _putsLeft) < 0;

    public void Revive() => _putsLeft = int.MaxValue;

    public async Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await ReachAsync(key, cancellationToken);
        await _mayPut.Task.WaitAsync(cancellationToken);
        if (Interlocked.Decrement(ref _putsLeft) < 0) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        _objects[key.ToString()] = content.ToArray();
        _puts.Enqueue(key.ToString());
    }

    public async Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken)
    {
        await ReachAsync(key, cancellationToken);
        return _objects.GetValueOrDefault(key.ToString());
    }

    public async Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken)
    {
        await ReachAsync(key, cancellationToken);
        return _objects.ContainsKey(key.ToString());
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ReachAsync(folder, cancellationToken);
        foreach (var key in KeysBelow(folder.ToString())) yield return new StoredObject(new StoreKey(key), _objects[key].Length, default);
    }

    public async Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken)
    {
        await ReachAsync(to, cancellationToken);
        _objects[to.ToString()] = _objects[from.ToString()];
    }

    public async Task DeleteAsync(StoreKey key, CancellationToken cancellationToken)
    {
        await ReachAsync(key, cancellationToken);
        _objects.TryRemove(key.ToString(), out _);
    }

    async Task ReachAsync(StoreKey key, CancellationToken cancellation)
    {
        await Task.Yield();
        cancellation.ThrowIfCancellationRequested();
        if (Volatile.Read(ref _putsLeft) < 0) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        await Before(key.ToString());
        if (Fails(key.ToString()) is { } failure) throw failure;
    }

    static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
