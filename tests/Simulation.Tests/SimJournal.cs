using System.Runtime.CompilerServices;
using StyleFarm.Coordinator.Log;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>The journal's disk: outlives every coordinator, has one writer at a time, and keeps an append whole or not at all.</summary>
sealed class SimJournal(FarmSimulation farm)
{
    readonly List<JournalEntry> _entries = [];
    (long Sequence, ReadOnlyMemory<byte> State) _snapshot;

    /// <summary>Of the newest writer.</summary>
    public long Epoch { get; private set; }

    /// <summary>All records ever, the first at 0.</summary>
    public IReadOnlyList<JournalEntry> Entries => _entries;

    public (long Sequence, ReadOnlyMemory<byte> State) Snapshot => _snapshot;

    public IJournal For(SimProcess process) => new Client(this, farm, process);

    /// <summary>The state that the next coordinator would begin with.</summary>
    public FarmState Replay() => FarmLog.OpenAsync(new Reader(this), CancellationToken.None).GetAwaiter().GetResult().State;

    JournalStart Open() => new(farm.Sabotage == Sabotage.EpochStands && Epoch > 0 ? Epoch : ++Epoch, _snapshot.Sequence, _snapshot.State);

    void CheckWriter(long epoch)
    {
        if (epoch != Epoch) throw new JournalException($"the journal has a newer writer of epoch {Epoch}; this one is of epoch {epoch}", isTransient: false);
    }

    void Append(IReadOnlyList<JournalEntry> entries, long epoch)
    {
        CheckWriter(epoch);
        if (farm.Sabotage == Sabotage.JournalForgets && farm.Chance.Once(0.02)) return;
        foreach (var entry in entries)
        {
            if (entry.Sequence != _entries.Count + 1) farm.Break("the journal has no gaps", $"record {entry.Sequence} comes after {_entries.Count}");
            _entries.Add(entry);
            farm.Ledger.Appended(entry.Sequence, FarmEventCodec.Decode(entry));
        }
    }

    void Keep(long sequence, ReadOnlyMemory<byte> state, long epoch)
    {
        CheckWriter(epoch);
        if (sequence > _entries.Count || sequence < _snapshot.Sequence) farm.Break("snapshots go forward", $"{_snapshot.Sequence}, then {sequence}");
        _snapshot = (sequence, state);
    }

    /// <summary>Reads at once, and takes nobody's place.</summary>
    sealed class Reader(SimJournal journal) : IJournal
    {
        public string Description => "sim:journal";

        public Task<JournalStart> OpenAsync(CancellationToken cancellationToken) =>
            Task.FromResult(new JournalStart(journal.Epoch, journal._snapshot.Sequence, journal._snapshot.State));

        public async IAsyncEnumerable<JournalEntry> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            foreach (var entry in journal._entries.Skip((int)afterSequence)) yield return entry;
        }

        public Task AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RenewAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SaveSnapshotAsync(long sequence, ReadOnlyMemory<byte> state, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>One process's way to it: calls are carried out one after the other.</summary>
    sealed class Client(SimJournal journal, FarmSimulation farm, SimProcess process) : IJournal
    {
        long _epoch;
        TimeSpan _freeAt;

        public string Description => "sim:journal";

        public Task<JournalStart> OpenAsync(CancellationToken cancellationToken) => Call("open", isWrite: false, () =>
        {
            var start = journal.Open();
            _epoch = start.Epoch;
            return start;
        });

        public async IAsyncEnumerable<JournalEntry> ReadAsync(long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var entries = await Call("read", isWrite: false, () => journal._entries.Skip((int)afterSequence).ToList()).ConfigureAwait(false);
            farm.Coordinators.Opened(process);
            foreach (var entry in entries) yield return entry;
        }

        public Task AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancellationToken) => Call("append", isWrite: true, () =>
        {
            journal.Append(entries, _epoch);
            return true;
        });

        public Task RenewAsync(CancellationToken cancellationToken) => Call("renew", isWrite: false, () =>
        {
            journal.CheckWriter(_epoch);
            return true;
        });

        public Task SaveSnapshotAsync(long sequence, ReadOnlyMemory<byte> state, CancellationToken cancellationToken) => Call("snapshot", isWrite: true, () =>
        {
            journal.Keep(sequence, state, _epoch);
            return true;
        });

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        Task<T> Call<T>(string what, bool isWrite, Func<T> effect)
        {
            var done = new TaskCompletionSource<T>();
            var now = farm.World.Time.Elapsed;
            _freeAt = (_freeAt > now ? _freeAt : now) + farm.Chance.Seconds(0.0005, farm.Chance.Once(0.02) ? 0.5 : 0.005);
            farm.After(_freeAt - now, () => Land(what, isWrite, effect, done));
            return done.Task;
        }

        /// <summary>A write whose process was killed meanwhile, or that is said to have failed, may be durable all the same.</summary>
        void Land<T>(string what, bool isWrite, Func<T> effect, TaskCompletionSource<T> done)
        {
            var fails = farm.Weather.JournalFails;
            var reaches = process.IsAlive && !fails;
            T? result = default;
            JournalException? error = fails ? new JournalException($"the journal does not answer ({what})", isTransient: true) : null;
            try
            {
                if (reaches || (isWrite && farm.Chance.Once(0.4))) result = effect();
            }
            catch (JournalException e)
            {
                error ??= e;
            }

            if (error is not null) farm.Log?.Add($"{process}: journal: {what}: {error.Message}");
            process.Run(() =>
            {
                if (error is null) done.SetResult(result!);
                else done.SetException(error);
            });
        }
    }
}
