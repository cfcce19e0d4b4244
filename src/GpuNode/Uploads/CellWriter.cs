using System.Globalization;
using System.Text;
using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Results;

namespace StyleFarm.GpuNode.Uploads;

/// <summary>Writes what a node makes of a cell, under the keys of docs/architecture.md. Everything may be done twice.</summary>
sealed class CellWriter(EngineServices services)
{
    /// <summary>Steps of which checkpoints are kept.</summary>
    public const int StepsKept = 2;

    const int Writers = 4;

    long _written;

    /// <summary>Bytes that have come into the store.</summary>
    public long Written => Interlocked.Read(ref _written);

    /// <summary>Loss reports, preview, and last the checkpoint, of all cells that are not stored yet.</summary>
    public Task PutAsync(IEnumerable<KeptCheckpoint> checkpoints, CancellationToken cancellation) => Parallel.ForEachAsync(
        checkpoints.Where(checkpoint => !checkpoint.IsStored).ToList(),
        new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellation },
        async (checkpoint, token) => await PutAsync(checkpoint, token));

    /// <summary>Loss reports up to the end, the picture, and last the provenance.</summary>
    public async Task PutAsync(FinishedItem item, CancellationToken cancellation)
    {
        var (lane, id) = (item.Lane, item.Lane.Id);
        if (item.Image is { } image)
        {
            (item.Picture, item.Preview) = (ImageFile.Encode(image, ".png"), KeptCheckpoint.PreviewOf(image, services.Options.PreviewSide));
            item.Image = null;
        }

        await PutTelemetryAsync(lane, int.MaxValue, cancellation);
        if (item.Preview is { } preview) await PutAsync(StoreKey.Preview(id, item.Report.Step), preview, cancellation);
        await PutAsync(StoreKey.AttemptPicture(id, lane.Attempt), item.Picture, cancellation);
        await PutAsync(StoreKey.AttemptProvenance(id, lane.Attempt), Encoding.UTF8.GetBytes(Provenance.Text(item.Provenance)),
            cancellation);
        lane.ForgetLeftovers();
    }

    /// <summary>The loss reports of the steps before one.</summary>
    public async Task PutTelemetryAsync(CellLane lane, int before, CancellationToken cancellation)
    {
        while ((lane.Unsent ??= lane.Telemetry.Take(before)) is { } part)
        {
            await PutAsync(StoreKey.Telemetry(lane.Id, part.FirstStep), part.ToBytes(), cancellation);
            lane.SentParts[part.FirstStep] = part.Generation;
            lane.Unsent = null;
        }
    }

    /// <summary>
    /// Removes what earlier tries left: checkpoints beyond a step, and loss reports from it on. What a later try has stored, while this one
    /// does not know of it yet, stays.
    /// </summary>
    public async Task BeginAsync(CellLane lane, int step, CancellationToken cancellation)
    {
        foreach (var key in CheckpointOrder.Beyond(lane.Stored, step, lane.Attempt))
        {
            await DeleteAsync(StoreKey.Checkpoint(lane.Id, key.Step, key.Attempt), cancellation);
            lane.Stored.Remove(key);
        }

        var parts = await services.Patience.OnceAsync(token => ListAsync(StoreKey.TelemetryFolder(lane.Id), token), cancellation);
        foreach (var part in parts.Where(part => FirstStepOf(part) >= step)) await DeleteAsync(part, cancellation);
    }

    /// <summary>Removes loss reports that were stored before a cell was taken back, from the step on that it was taken to.</summary>
    public async Task GoBackAsync(GoBackItem item, CancellationToken cancellation)
    {
        var lane = item.Lane;
        if (lane.Unsent is { } part && part.Generation < item.Generation)
        {
            var left = part.Reports.Where(report => report.Step < item.Step).ToList();
            lane.Unsent = left.Count == 0 ? null : part with { Reports = left };
        }

        foreach (var (firstStep, generation) in lane.SentParts.Where(sent => sent.Key >= item.Step && sent.Value < item.Generation)
            .ToList())
        {
            await DeleteAsync(StoreKey.Telemetry(lane.Id, firstStep), cancellation);
            lane.SentParts.Remove(firstStep);
        }
    }

    /// <summary>Keeps the checkpoints of the newest steps. A failure does no harm: the next time comes.</summary>
    public async Task TidyAsync(CellLane lane, CancellationToken cancellation)
    {
        foreach (var key in CheckpointOrder.Superseded(lane.Stored, lane.Attempt, StepsKept))
        {
            try
            {
                await DeleteAsync(StoreKey.Checkpoint(lane.Id, key.Step, key.Attempt), cancellation);
                lane.Stored.Remove(key);
            }
            catch (StoreException e)
            {
                services.Note($"an old checkpoint stays for now: {e.Message}");
                return;
            }
        }

        lane.ForgetLeftovers();
    }

    async Task PutAsync(KeptCheckpoint checkpoint, CancellationToken cancellation)
    {
        var lane = checkpoint.Lane;
        checkpoint.Encode(services.Options.PreviewSide);
        await PutTelemetryAsync(lane, checkpoint.Step, cancellation);
        if (checkpoint.Preview is { } preview) await PutAsync(StoreKey.Preview(lane.Id, checkpoint.Step), preview, cancellation);
        await PutAsync(StoreKey.Checkpoint(lane.Id, checkpoint.Step, lane.Attempt), checkpoint.Bytes(), cancellation);
        checkpoint.IsStored = true;
        lane.Stored.Add((checkpoint.Step, lane.Attempt));
    }

    async Task PutAsync(StoreKey key, byte[] content, CancellationToken cancellation)
    {
        await services.Patience.OnceAsync(token => services.Store.PutAsync(key, content, token), cancellation);
        Interlocked.Add(ref _written, content.Length);
    }

    Task DeleteAsync(StoreKey key, CancellationToken cancellation) =>
        services.Patience.OnceAsync(token => services.Store.DeleteAsync(key, token), cancellation);

    async Task<List<StoreKey>> ListAsync(StoreKey folder, CancellationToken cancellation)
    {
        var keys = new List<StoreKey>();
        await foreach (var item in services.Store.ListAsync(folder, cancellation)) keys.Add(item.Key);
        return keys;
    }

    static int FirstStepOf(StoreKey part) =>
        int.TryParse(part.ToString().Split('/')[^1].Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step
            : -1;
}
