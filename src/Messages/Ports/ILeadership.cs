namespace StyleFarm.Messages.Ports;

/// <summary>Who leads.</summary>
/// <param name="Epoch">The journal's epoch.</param>
/// <param name="Holder">Its name; null when nobody leads.</param>
/// <param name="Remaining">Until its lease ends, by the clock that decides; not positive when it has ended.</param>
public sealed record Leader(long Epoch, string? Holder, TimeSpan Remaining);

/// <summary>
/// Says which of several coordinators leads. It is only a matter of who tries: what keeps a former leader from writing is the journal's
/// epoch, which each new leader raises. A leader's lease is judged by one clock, not by those of the coordinators.
/// </summary>
public interface ILeadership : IAsyncDisposable
{
    /// <summary>Waits until nobody leads, or the leader is gone or silent for longer than its lease, and leads from then on.</summary>
    /// <param name="holder">This coordinator's name, for people.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The journal's epoch, higher than that of every leader before; opening the journal raises it further.</returns>
    /// <exception cref="JournalException">It has never been reached, or fails in a way that time does not mend.</exception>
    Task<long> CampaignAsync(string holder, CancellationToken cancellationToken);

    /// <summary>Renews the lease over and over until cancelled. Failures that time may mend are told and tried again.</summary>
    /// <exception cref="JournalException">Another leads: <see cref="JournalException.IsOvertaken"/>.</exception>
    Task KeepAsync(CancellationToken cancellationToken);

    /// <summary>Renews the lease once.</summary>
    /// <exception cref="JournalException">It could not be renewed, or another leads.</exception>
    Task RenewAsync(CancellationToken cancellationToken);

    /// <summary>Gives the lead up, so that another need not wait for the lease to end. No error when another leads already.</summary>
    /// <exception cref="JournalException">It could not be given up: it ends with the lease.</exception>
    Task ResignAsync(CancellationToken cancellationToken);

    /// <summary>Who leads at present.</summary>
    /// <exception cref="JournalException">It could not be found out.</exception>
    Task<Leader> LookAsync(CancellationToken cancellationToken);
}
