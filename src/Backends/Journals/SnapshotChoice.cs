using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Journals;

/// <summary>The snapshot that a coordinator begins with.</summary>
/// <param name="Sequence">The last record in it; 0 without one.</param>
/// <param name="State">The state; empty without one.</param>
/// <param name="Notice">What was passed over, for people; null when nothing was.</param>
readonly record struct SnapshotChoice(long Sequence, byte[] State, string? Notice)
{
    /// <summary>The newest snapshot that is whole, if the records since it are still there.</summary>
    /// <param name="snapshots">Newest first; one that is damaged has no state.</param>
    /// <param name="last">The last record.</param>
    /// <param name="first">The first record that is still there; 0 for none.</param>
    /// <param name="damaged">Makes the failure that tells what was found.</param>
    /// <exception cref="JournalException">None leads to the present.</exception>
    public static SnapshotChoice Among(
        List<(long Sequence, byte[]? State)> snapshots, long last, long first, Func<string, JournalException> damaged)
    {
        var newest = snapshots.Count > 0 ? snapshots[0].Sequence : 0;
        foreach (var (sequence, found) in snapshots.Append((0, [])))
        {
            if (sequence > last) throw damaged(Missing(last + 1, sequence));
            if (found is not { } state) continue;
            if (sequence < last && (first == 0 || first > sequence + 1))
                throw damaged(sequence != newest
                    ? $"the snapshot of record {newest} is damaged and the records before it are dropped"
                    : Missing(sequence + 1, first == 0 ? last : first - 1));
            return new SnapshotChoice(sequence, state, sequence == newest
                ? null : $"the snapshot of record {newest} is damaged; the records since {sequence} are read instead");
        }

        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>What to say about records that should be there.</summary>
    public static string Missing(long first, long last) =>
        first >= last ? $"record {first} is missing" : $"the records {first} to {last} are missing";
}
