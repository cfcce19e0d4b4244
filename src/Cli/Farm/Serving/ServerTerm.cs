using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>How this process comes to be the one that leads, and the journal it then writes.</summary>
sealed class ServerTerm : IAsyncDisposable
{
    readonly ServiceAddresses _at;
    readonly PostgresLeadership? _leadership;
    readonly Action<string> _notice;

    /// <param name="at">Where the journal is.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="notice">Told of trouble.</param>
    public ServerTerm(ServiceAddresses at, TimeProvider clock, Action<string> notice)
    {
        (_at, _notice) = (at, notice);
        _leadership = at.Database is { } database ? new PostgresLeadership(database, null, clock, notice) : null;
    }

    /// <summary>Waits until this process leads. A journal in a file has one process only, which leads at once.</summary>
    /// <exception cref="JournalException">The database cannot be used.</exception>
    public Task BeginAsync(string name, CancellationToken cancellation) =>
        _leadership?.CampaignAsync(name, cancellation) ?? Task.CompletedTask;

    /// <summary>Keeps the lead until cancelled.</summary>
    /// <exception cref="JournalException">Another leads.</exception>
    public Task KeepAsync(CancellationToken cancellation) =>
        _leadership?.KeepAsync(cancellation) ?? Task.Delay(Timeout.Infinite, cancellation);

    /// <summary>The journal, for one term.</summary>
    public IJournal OpenJournal() => _at.Database is { } database
        ? new PostgresJournal(database, _leadership, _notice)
        : new SqliteJournal(_at.JournalFile, _notice);

    /// <summary>Lets another lead at once.</summary>
    public async Task EndAsync()
    {
        if (_leadership is null) return;
        try
        {
            await _leadership.ResignAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (JournalException e)
        {
            _notice($"the lead could not be given up and ends by itself: {e.Message}");
        }
    }

    /// <summary>Who leads, for people; null when nobody does or it cannot be found out.</summary>
    public async Task<string?> LeaderAsync(CancellationToken cancellation)
    {
        try
        {
            return _leadership is null ? null : (await _leadership.LookAsync(cancellation).ConfigureAwait(false)).Holder;
        }
        catch (JournalException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _leadership?.DisposeAsync() ?? ValueTask.CompletedTask;
}
