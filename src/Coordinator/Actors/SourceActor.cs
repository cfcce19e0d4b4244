using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.Actors;

/// <summary>Reads the cells of one job, a page whenever the farm has room for it.</summary>
public sealed class SourceActor : ReceiveActor
{
    readonly ICellReader _reader;
    readonly CancellationTokenSource _stop = new();
    readonly CancellationToken _stopped;

    /// <param name="open">The job, and which scan of it.</param>
    /// <param name="source">Where its cells come from.</param>
    /// <param name="coordinator">Told of each page.</param>
    public SourceActor(OpenSource open, ICellSource source, IActorRef coordinator)
    {
        (_reader, _stopped) = (source.Open(open.Spec), _stop.Token);
        ReceiveAsync<ReadSource>(async read => coordinator.Tell(await Read(open, read.MaxCells)));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
        _ = _reader.DisposeAsync().AsTask();
    }

    async Task<FarmCommand> Read(OpenSource open, int maxCells)
    {
        try
        {
            return new PageRead(open.Spec.Id, open.Scan, await _reader.ReadAsync(maxCells, _stopped));
        }
        catch (Exception e) when (e is StyleFarmException or StoreException or IOException or UnauthorizedAccessException)
        {
            return new SourceBroken(open.Spec.Id, open.Scan, e.Message);
        }
    }
}
