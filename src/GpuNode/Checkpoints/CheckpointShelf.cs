using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Checkpoints;

namespace StyleFarm.GpuNode.Checkpoints;

/// <summary>A cell's checkpoints in the store and on the local disk, read one after another, newest first.</summary>
sealed class CheckpointShelf
{
    readonly IObjectStore _store;
    readonly Patience _patience;
    readonly Action<string> _note;
    readonly CellId _cell;
    readonly int _attempt;
    readonly Queue<(int Step, int Attempt, string? Path)> _unread;

    CheckpointShelf(IObjectStore store, Patience patience, Action<string> note, CellId cell, int attempt,
        IEnumerable<(int Step, int Attempt)> stored, IEnumerable<(int Step, int Attempt, string Path)> spooled)
    {
        (_store, _patience, _note, _cell, _attempt) = (store, patience, note, cell, attempt);
        Stored = [.. stored];
        Spooled = [.. spooled];
        _unread = new Queue<(int, int, string?)>(Stored.Select(key => (key.Step, key.Attempt, (string?)null))
            .Concat(Spooled.Select(file => (file.Step, file.Attempt, (string?)file.Path)))
            .OrderByDescending(key => CheckpointOrder.Rank(key.Step, key.Attempt, attempt)));
    }

    /// <summary>What is in the store.</summary>
    public IReadOnlyList<(int Step, int Attempt)> Stored { get; }

    /// <summary>What is on the local disk.</summary>
    public IReadOnlyList<(int Step, int Attempt, string Path)> Spooled { get; }

    /// <summary>
    /// Whether something was gone when it was to be read: an earlier owner that does not know yet may still be writing newer ones.
    /// </summary>
    public bool IsOutdated { get; private set; }

    /// <summary>Looks what there is of a cell, for its owner under an attempt.</summary>
    /// <exception cref="StoreException">The store refuses for good.</exception>
    public static async Task<CheckpointShelf> OpenAsync(
        CellId cell, int attempt, IObjectStore store, Spool spool, Patience patience, Action<string> note, CancellationToken cancellation)
    {
        var stored = await patience.RetryAsync(async token =>
        {
            var found = new List<(int, int)>();
            await foreach (var item in store.ListAsync(StoreKey.Checkpoints(cell), token))
                if (CheckpointName.Parse(item.Key) is { } key)
                    found.Add(key);
            return found;
        }, cancellation);
        return new CheckpointShelf(store, patience, note, cell, attempt, stored, spool.Of(cell));
    }

    /// <summary>
    /// Whether another owner has come after this one: it has stored a checkpoint, or finished the cell, of which then no checkpoint is left.
    /// </summary>
    /// <exception cref="StoreException">The store refuses for good.</exception>
    public async Task<bool> IsOvertakenAsync(CancellationToken cancellation) => Stored.Count > 0
        ? CheckpointOrder.IsOvertaken(Stored, _attempt)
        : await _patience.RetryAsync(token => _store.ExistsAsync(StoreKey.Provenance(_cell), token), cancellation);

    /// <summary>The next older checkpoint that can be read; null when there is none. Broken ones are named and passed over.</summary>
    public async Task<(CellCheckpoint Checkpoint, CheckpointStamp Stamp)?> NextAsync(CancellationToken cancellation)
    {
        while (_unread.TryDequeue(out var next))
        {
            var name = next.Path ?? StoreKey.Checkpoint(_cell, next.Step, next.Attempt).ToString();
            try
            {
                if (await ReadAsync(next.Path, name, cancellation) is not { } bytes)
                {
                    IsOutdated = true;
                    continue;
                }

                var (checkpoint, metadata) = CheckpointFile.Parse(bytes, name);
                if (checkpoint.Step != next.Step) throw StyleFarmException.BadInput($"{name}: it stands at step {checkpoint.Step}");
                return (checkpoint, CheckpointStamp.Of(checkpoint.Step, metadata) with { Age = _attempt - next.Attempt });
            }
            catch (StyleFarmException e)
            {
                _note($"passed over: {e.Message}");
            }
        }

        return null;
    }

    async Task<byte[]?> ReadAsync(string? path, string key, CancellationToken cancellation)
    {
        if (path is null) return await _patience.RetryAsync(token => _store.GetAsync(new StoreKey(key), token), cancellation);
        try
        {
            return await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
