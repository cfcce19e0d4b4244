using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.Actors;

/// <summary>Reads the cells of one job, a page whenever the farm has room for it.</summary>
public sealed class SourceActor : ReceiveActor
{
    readonly ICellReader _reader;
    readonly CancellationTokenSource _stop = new();
    readonly CancellationToken _stopped;

    /// <param name="job">The job.</param>
    /// <param name="source">Where its cells come from.</param>
    /// <param name="coordinator">Told of each page.</param>
    public SourceActor(JobSpec job, ICellSource source, IActorRef coordinator)
    {
        (_reader, _stopped) = (source.Open(job), _stop.Token);
        ReceiveAsync<ReadSource>(async read => coordinator.Tell(await Read(job.Id, read.MaxCells)));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
        _ = _reader.DisposeAsync().AsTask();
    }

    async Task<FarmCommand> Read(JobId job, int maxCells)
    {
        try
        {
            return new PageRead(job, await _reader.ReadAsync(maxCells, _stopped));
        }
        catch (Exception e) when (e is StyleFarmException or StoreException or IOException or UnauthorizedAccessException)
        {
            return new SourceBroken(job, e.Message);
        }
    }
}
