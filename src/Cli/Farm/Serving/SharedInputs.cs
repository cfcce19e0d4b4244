using System.Collections.Concurrent;
using System.Security.Cryptography;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>
/// Expands jobs as another source does, and puts the pictures of each page into the store first, by their content: nodes on other machines
/// find them there. Pictures that cannot be read are told as such, and the others go on.
/// </summary>
sealed class SharedInputs(ICellSource source, IObjectStore store) : ICellSource
{
    const int AtOnce = 4;
    const int MaxRemembered = 100_000;

    // Uploaded, or seen there; forgotten all at once when there are too many, which costs a look each.
    readonly ConcurrentDictionary<string, byte> _there = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ICellReader Open(JobSpec job) => new Reader(this, source.Open(job));

    async Task<string?> ShareAsync(InputRef input, CancellationToken cancellationToken)
    {
        if (_there.ContainsKey(input.Sha256)) return null;
        var key = StoreKey.Input(input.Sha256);
        if (!await store.ExistsAsync(key, cancellationToken).ConfigureAwait(false))
        {
            byte[] content;
            try
            {
                content = await File.ReadAllBytesAsync(input.Location, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return $"{input.Location}: cannot be read ({e.Message.TrimEnd('.')})";
            }

            if (Convert.ToHexStringLower(SHA256.HashData(content)) != input.Sha256)
                return $"{input.Location}: changed while it was looked at; run the job again";
            await store.PutAsync(key, content, cancellationToken).ConfigureAwait(false);
        }

        if (_there.Count >= MaxRemembered) _there.Clear();
        _there[input.Sha256] = 0;
        return null;
    }

    sealed class Reader(SharedInputs inputs, ICellReader reader) : ICellReader
    {
        public async Task<CellPage> ReadAsync(int maxCells, CancellationToken cancellationToken)
        {
            var page = await reader.ReadAsync(maxCells, cancellationToken).ConfigureAwait(false);
            var needed = page.Cells.SelectMany(PicturesOf).DistinctBy(input => input.Sha256);
            var faults = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(needed, options, async (input, token) =>
            {
                if (await inputs.ShareAsync(input, token).ConfigureAwait(false) is { } fault) faults[input.Sha256] = fault;
            }).ConfigureAwait(false);
            if (faults.IsEmpty) return page;

            var (ready, faulty) = (page.Cells.ToBuilder(), page.Faulty.ToBuilder());
            foreach (var cell in page.Cells)
            {
                if (PicturesOf(cell).FirstOrDefault(input => faults.ContainsKey(input.Sha256)) is not { } missing) continue;
                ready.Remove(cell);
                faulty.Add(new FaultyInput(cell.Content.Location, faults[missing.Sha256]));
            }

            return page with { Cells = ready.ToImmutable(), Faulty = faulty.ToImmutable() };
        }

        public ValueTask DisposeAsync() => reader.DisposeAsync();

        static IEnumerable<InputRef> PicturesOf(CellSpec cell) => cell.Styles.Select(style => style.Input).Prepend(cell.Content)
            .Concat(cell.Initial is { } initial ? [initial] : []);
    }
}
