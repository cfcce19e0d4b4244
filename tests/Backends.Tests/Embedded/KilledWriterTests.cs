using System.Globalization;
using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Children;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>Processes that are killed (-9) while they write.</summary>
public sealed class KilledWriterTests : IDisposable
{
    const int Rounds = 8;

    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_acknowledged_append_is_there_and_no_batch_is_half_there()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var path = _folder[$"{round}/journal.db"];
            var acknowledged = await KilledAfterAsync(20 + 37 * round, "append", path);

            await using var journal = new SqliteJournal(path);
            var start = await journal.OpenAsync(Stop);
            var last = 0L;
            await foreach (var entry in journal.ReadAsync(0, Stop))
            {
                Assert.Equal(Child.Payload(entry.Sequence), entry.Payload.ToArray());
                last = entry.Sequence;
            }

            Assert.Equal(2, start.Epoch);
            Assert.True(last >= acknowledged, $"round {round}: {acknowledged} was acknowledged, {last} is there");
            Assert.Equal(0, last % 3);
            await journal.AppendAsync([new JournalEntry(last + 1, "after", new byte[1])], Stop);
        }
    }

    [Fact]
    public async Task An_object_is_whole_and_not_older_than_acknowledged_and_the_leftovers_are_swept()
    {
        var store = new DirectoryObjectStore(_folder["store"]);
        for (var round = 0; round < Rounds; round++)
        {
            var acknowledged = await KilledAfterAsync(3 + 5 * round, "put", _folder["store"]);

            var found = (await store.GetAsync(new StoreKey("a/object"), Stop))!;

            Assert.Contains(found, Enumerable.Range(0, 3).Select(later => Child.Payload(acknowledged + later)), ByteComparer.Same);
            var keys = new List<string>();
            await foreach (var one in store.ListAsync(new StoreKey("a"), Stop)) keys.Add(one.Key.ToString());
            Assert.Equal(["a/object"], keys);
        }
    }

    // Reads so many lines, kills, and reads what was still on its way: the last line is what was acknowledged last.
    static async Task<long> KilledAfterAsync(int lines, params string[] arguments)
    {
        using var child = Child.Start(arguments);
        string? line = null;
        for (var i = 0; i < lines; i++) line = await child.StandardOutput.ReadLineAsync(Stop);
        child.Kill();
        await child.WaitForExitAsync(Stop);
        var rest = (await child.StandardOutput.ReadToEndAsync(Stop)).Split('\n');
        // The last piece may be torn.
        if (rest.Length > 1) line = rest[^2];
        return long.Parse(line!, CultureInfo.InvariantCulture);
    }

    sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteComparer Same = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
