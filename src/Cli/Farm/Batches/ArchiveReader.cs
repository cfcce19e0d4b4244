using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Batches;

/// <summary>
/// Reads a batch's cells. What is finished already is only counted, after its picture was put where it should be. Holds a page's cells
/// and nothing of those before.
/// </summary>
sealed class ArchiveReader(JobSpec job, BatchCells cells, IObjectStore store, PictureSink sink) : ICellReader
{
    /// <summary>
    /// So much is looked at for one page at most, so that a job of which all is finished can be seen to move, and be stopped.
    /// </summary>
    const int MaxLookedAt = 1024;

    const int ChecksAtOnce = 8;

    IEnumerator<BatchItem>? _items;

    public Task<CellPage> ReadAsync(int maxCells, CancellationToken cancellationToken) =>
        Task.Run(() => ReadPageAsync(maxCells, cancellationToken), cancellationToken);

    public ValueTask DisposeAsync()
    {
        _items?.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task<CellPage> ReadPageAsync(int maxCells, CancellationToken cancellationToken)
    {
        var (found, faults, earlier, looked, isLast) = (new List<CellSpec>(), new List<FaultyInput>(), 0, 0, false);
        while (!isLast && found.Count < maxCells && looked < MaxLookedAt)
        {
            var chunk = new List<CellSpec>();
            for (var room = Math.Min(maxCells - found.Count, MaxLookedAt - looked); room > 0 && !isLast; room--)
            {
                cancellationToken.ThrowIfCancellationRequested();
                looked++;
                isLast = !Next(chunk, faults);
            }

            // Looked for last, when the page is all but on its way: what finishes in between would be rendered again.
            var open = await OpenAsync(chunk, faults, cancellationToken);
            earlier += open.Earlier;
            found.AddRange(open.Cells);
        }

        return new CellPage { Cells = [.. found], EarlierCount = earlier, Faulty = [.. faults], IsLast = isLast };
    }

    bool Next(List<CellSpec> chunk, List<FaultyInput> faults)
    {
        _items ??= cells.All().GetEnumerator();
        if (!_items.MoveNext()) return false;
        if (_items.Current.Cell is { } cell) chunk.Add(cell);
        if (_items.Current.Fault is { } fault) faults.Add(fault);
        return true;
    }

    async Task<(IEnumerable<CellSpec> Cells, int Earlier)> OpenAsync(List<CellSpec> chunk, List<FaultyInput> faults,
        CancellationToken cancellationToken)
    {
        var isFinished = new bool[chunk.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ChecksAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, chunk.Count, options, async (i, token) =>
            isFinished[i] = await store.ExistsAsync(StoreKey.Provenance(chunk[i].Id), token));

        var (open, earlier) = (new List<CellSpec>(), 0);
        for (var i = 0; i < chunk.Count; i++)
            switch (isFinished[i] ? await PutInPlaceAsync(chunk[i], faults, cancellationToken) : Finding.Open)
            {
                case Finding.Open: open.Add(chunk[i]); break;
                case Finding.InPlace: earlier++; break;
            }

        return (open, earlier);
    }

    /// <summary>Delivers a finished cell unless it is; a photo whose picture cannot be written is a fault.</summary>
    async Task<Finding> PutInPlaceAsync(CellSpec cell, List<FaultyInput> faults, CancellationToken cancellationToken)
    {
        if (sink.IsDelivered(cells.Spec.Delivery, cell)) return Finding.InPlace;
        if (await ResultReader.ReadAsync(store, cell.Id, cancellationToken) is not { } provenance) return Finding.Open;
        try
        {
            await sink.DeliverAsync(job, cell, provenance, cancellationToken);
            return Finding.InPlace;
        }
        catch (StyleFarmException e) when (e.Code is ErrorCode.BadInput or ErrorCode.BadUsage)
        {
            faults.Add(new FaultyInput(cell.Content.Location, e.Message));
            return Finding.Faulty;
        }
    }

    enum Finding
    {
        /// <summary>Not finished, or the result in the store is damaged: to be rendered.</summary>
        Open,
        InPlace,
        Faulty,
    }
}
