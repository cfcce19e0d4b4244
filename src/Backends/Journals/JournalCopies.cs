using System.Globalization;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Journals;

/// <summary>What is told alike of all journals that are to be filled with a copy.</summary>
static class JournalCopies
{
    /// <summary>There is something in it.</summary>
    public static JournalException NotEmpty(string place, long records, string remedy) => new(
        string.Create(
            CultureInfo.InvariantCulture, $"{place}: the journal holds {records} records, and only an empty one is filled; {remedy}"),
        isTransient: false);

    /// <summary>Somebody would write into it meanwhile.</summary>
    public static JournalException Led(string place, string holder) => new(
        $"{place}: {holder} leads this farm; stop all of its servers first, or give another ?schema=", isTransient: false);
}
