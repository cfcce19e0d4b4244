using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>A store in which every result is there, and nothing is kept: the bench measures the coordinator.</summary>
sealed class PaperStore : IObjectStore
{
    static readonly byte[] Provenance = "{}"u8.ToArray();

    public string Description => "paper";

    public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(Provenance);

    public Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken) => Task.FromResult(false);

    public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield break;
    }

    public Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Takes results and forgets them.</summary>
sealed class PaperSink : IResultSink
{
    public Task DeliverAsync(JobSpec job, CellSpec cell, JsonObject provenance, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>An archive of so many photos that were never taken.</summary>
sealed class PaperSource(long photos) : ICellSource
{
    public ICellReader Open(JobSpec job) => new Reader(photos);

    sealed class Reader(long photos) : ICellReader
    {
        long _next;

        public Task<CellPage> ReadAsync(int maxCells, CancellationToken cancellationToken)
        {
            var count = (int)Math.Min(maxCells, photos - _next);
            var first = _next;
            _next += count;
            return Task.FromResult(new CellPage { Cells = [.. Enumerable.Range(0, count).Select(i => Cell(first + i))],
                IsLast = _next == photos });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>The photo of a number.</summary>
    public static CellSpec Cell(long number) => new()
    {
        Id = new CellId(number.ToString("x32", CultureInfo.InvariantCulture)),
        Index = (int)number,
        Content =
            new InputRef(number.ToString("x64", CultureInfo.InvariantCulture), $"/archive/2026/photo-{number:D8}.jpg", 4000, 3000),
        Styles = [new StyleInput(new InputRef(new string('5', 64), "/styles/starry.jpg", 800, 600), 1)],
        Steps = 200,
        Pixels = 512 * 384,
        BatchKey = "b",
        TargetKey = "t",
        MemoryBytes = 1 << 20,
        MemoryBytesPerMore = 1 << 20,
        Output = $"2026/photo-{number:D8}.jpg",
    };
}
