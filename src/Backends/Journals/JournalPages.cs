using System.Runtime.CompilerServices;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Journals;

/// <summary>Records of a journal, read page by page, and the order that they must have.</summary>
/// <param name="read">The records after a sequence, at most so many.</param>
/// <param name="missing">What to throw when records from one to another are not there.</param>
sealed class JournalPages(Func<long, int, Task<List<JournalEntry>>> read, Func<long, long, JournalException> missing)
{
    const int PageEntries = 1024;

    /// <summary>All records after one.</summary>
    /// <param name="after">A sequence; 0: from the first.</param>
    /// <param name="last">The record that must be reached.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async IAsyncEnumerable<JournalEntry> AfterAsync(
        long after, long last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isLast = false; !isLast;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await read(after, PageEntries);
            foreach (var entry in page) yield return entry;
            after += page.Count;
            isLast = page.Count < PageEntries;
        }

        if (after < last) throw missing(after + 1, last);
    }

    /// <summary>Records to be appended follow each other and have a kind.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public static void CheckOrder(IReadOnlyList<JournalEntry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            ArgumentException.ThrowIfNullOrEmpty(entries[i].Kind, nameof(entries));
            ArgumentOutOfRangeException.ThrowIfNotEqual(entries[i].Sequence, entries[0].Sequence + i, nameof(entries));
        }
    }
}
