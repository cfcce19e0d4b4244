namespace StyleFarm.Backends.Journals;

/// <summary>The checksums of a journal's rows, the same in every database.</summary>
static class JournalChecksum
{
    public static long OfHead(long epoch, long last) => new Checksum().Add(epoch).Add(last).Value;

    public static long OfEntry(long sequence, string kind, byte[] payload) => new Checksum().Add(sequence).Add(kind).Add(payload).Value;

    public static long OfSnapshot(long sequence, byte[] state) => new Checksum().Add(sequence).Add(state).Value;
}
