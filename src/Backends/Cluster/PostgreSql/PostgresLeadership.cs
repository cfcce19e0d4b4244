using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// The lead as a lease in the journal's own head row, judged by the database's clock alone. A leader whose process ends is replaced
/// after the grace, one that is frozen or cut off after the lease. Takeover raises the journal's epoch in the same step.
/// </summary>
public sealed class PostgresLeadership : ILeadership
{
    readonly PostgresAddress _at;
    readonly LeadershipOptions _options;
    readonly TimeProvider _time;
    readonly Action<string>? _notice;
    readonly SemaphoreSlim _turn = new(1);
    LeaderTable? _table;
    bool _hasAnswered;

    /// <param name="at">The journal's address.</param>
    /// <param name="options">Null: those that are standard.</param>
    /// <param name="time">For the waits between looks; leases are not judged by it.</param>
    /// <param name="notice">Told, in one line each, of failures that are tried again.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public PostgresLeadership(PostgresAddress at, LeadershipOptions? options, TimeProvider time, Action<string>? notice = null)
    {
        (_at, _options, _time, _notice) = (at, options ?? new LeadershipOptions(), time, notice);
        if (_options.Faults().ToList() is { Count: > 0 } faults) throw new ArgumentException(string.Join("; ", faults), nameof(options));
    }

    /// <inheritdoc />
    public string Description => _at.Description;

    /// <summary>Which change of the leader was ours; 0 before the first.</summary>
    internal long Term { get; private set; }

    /// <summary>The epoch that the last won campaign brought.</summary>
    internal long Epoch { get; private set; }

    /// <inheritdoc />
    public async Task<long> CampaignAsync(string holder, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(holder);
        LeaderRow? silent = null;
        for (var silentSince = 0L; ;)
        {
            try
            {
                var row = await TurnAsync(table => table.LookAsync(cancellationToken), cancellationToken);
                if (row.Term == Term && row.Holder is not null && await IsKeptAsync(cancellationToken)) return Epoch = row.Epoch;
                if (silent is not { } before || !row.IsSilentSince(before)) (silent, silentSince) = (row, _time.GetTimestamp());
                var isGone = !row.IsConnected && _time.GetElapsedTime(silentSince) >= _options.Grace;
                if ((row.IsFree || isGone) && await TakeAsync(row, holder, cancellationToken)) return Epoch;
            }
            catch (JournalException error) when (_hasAnswered && error.IsTransient)
            {
                silent = null;
                _notice?.Invoke(error.Message);
            }

            await Task.Delay(_options.LookEvery, _time, cancellationToken);
        }
    }

    /// <inheritdoc />
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(_options.RenewEvery, _time, cancellationToken);
            try
            {
                await RenewAsync(cancellationToken);
            }
            catch (JournalException error) when (error.IsTransient)
            {
                _notice?.Invoke(error.Message);
            }
        }
    }

    /// <inheritdoc />
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        ThrowIfNeverLed();
        try
        {
            await TryRenewAsync(cancellationToken);
        }
        catch (JournalException error) when (error.IsTransient)
        {
            // Who leads now ends the connection of who led before: that one is to learn it at once.
            await TryRenewAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public Task ResignAsync(CancellationToken cancellationToken)
    {
        ThrowIfNeverLed();
        return TurnAsync(table => table.GiveUpAsync(Term), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<Leader> LookAsync(CancellationToken cancellationToken)
    {
        var row = await TurnAsync(table => table.LookAsync(cancellationToken), cancellationToken);
        return new Leader(row.Epoch, row.Holder, row.Remaining);
    }

    /// <summary>Closes the connection. Who led and has not resigned is replaced after the grace.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        await CloseAsync();
        _turn.Release();
    }

    // Who leads already need not wait for itself.
    Task<bool> IsKeptAsync(CancellationToken cancellationToken) =>
        TurnAsync(table => table.RenewAsync(Term, _options.Lease), cancellationToken);

    Task<bool> TakeAsync(LeaderRow row, string holder, CancellationToken cancellationToken) => TurnAsync(async table =>
    {
        if (!await table.TakeAsync(row, holder, _options.Lease)) return false;
        (Term, Epoch) = (row.Term + 1, row.Epoch + 1);
        await table.ShowAsync();
        return true;
    }, cancellationToken);

    Task<bool> TryRenewAsync(CancellationToken cancellationToken) =>
        TurnAsync(async table => await table.RenewAsync(Term, _options.Lease)
            ? true : throw PostgresFailure.Overtaken(_at, Epoch, (await table.LookAsync(cancellationToken)).Epoch), cancellationToken);

    void ThrowIfNeverLed()
    {
        if (Term == 0) throw new InvalidOperationException($"{Description}: this coordinator has not led");
    }

    async ValueTask CloseAsync()
    {
        if (_table is { } table) await table.DisposeAsync();
        _table = null;
    }

    async Task<T> TurnAsync<T>(Func<LeaderTable, Task<T>> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var answer = await work(_table ??= await LeaderTable.OpenAsync(_at, cancellationToken));
            _hasAnswered = true;
            return answer;
        }
        catch (Exception error) when (PostgresFailure.IsOfServer(error))
        {
            await CloseAsync();
            throw PostgresFailure.Of(_at, error, _hasAnswered);
        }
        finally
        {
            _turn.Release();
        }
    }
}
