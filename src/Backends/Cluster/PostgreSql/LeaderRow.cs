namespace StyleFarm.Backends.Cluster;

/// <summary>The leader's row as it was read.</summary>
/// <param name="Epoch">The journal's epoch.</param>
/// <param name="Last">The journal's last record.</param>
/// <param name="Term">Raised by each change of the leader.</param>
/// <param name="Renewals">Raised by each renewal.</param>
/// <param name="Holder">Null when nobody leads.</param>
/// <param name="Remaining">Of the lease, by the database's clock.</param>
/// <param name="IsConnected">Whether the leader's connection stands.</param>
readonly record struct LeaderRow(
    long Epoch, long Last, long Term, long Renewals, string? Holder, TimeSpan Remaining, bool IsConnected)
{
    public bool IsFree => Holder is null || Remaining <= TimeSpan.Zero;

    /// <summary>Whether the leader has shown no sign of life since another look.</summary>
    public bool IsSilentSince(LeaderRow other) => (Term, Renewals) == (other.Term, other.Renewals) && !IsConnected && !other.IsConnected;
}
