using System.Diagnostics;
using System.Text.Json.Nodes;
using StyleFarm.Coordinator.Telemetry;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Coordinator.Actors;

/// <summary>A result cannot be put in place for now, and is tried again: told to the event stream.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Message">One line for people.</param>
public sealed record PublishingTroubled(CellId Cell, string Message);

/// <summary>
/// Puts results in place: the picture of the attempt that counts becomes <c>result.png</c>, then <c>result.json</c> is written, then it
/// is taken to all who asked. Every step can be done again, so it does not matter where a crash comes in between.
/// </summary>
public sealed class PublisherActor : ReceiveActor, IWithTimers
{
    const int MaxAtOnce = 2;
    static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    readonly IObjectStore _store;
    readonly IResultSink _sink;
    readonly IActorRef _coordinator;
    readonly Queue<(Publish Work, int Try)> _queue = new();
    readonly CancellationTokenSource _stop = new();
    // The source itself cannot be asked any more once it is disposed, and work may still be under way then.
    readonly CancellationToken _stopped;
    int _running;

    /// <param name="parts">The store and the sink.</param>
    /// <param name="coordinator">Told of each result.</param>
    public PublisherActor(CoordinatorParts parts, IActorRef coordinator)
    {
        (_store, _sink, _coordinator, _stopped) = (parts.Store, parts.Sink, coordinator, _stop.Token);
        Receive<Publish>(work => Begin(work, 0));
        Receive<Again>(again => Begin(again.Work, again.Try));
        Receive<Done>(done => End(done));
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    void Begin(Publish work, int tries)
    {
        _queue.Enqueue((work, tries));
        Next();
    }

    void Next()
    {
        while (_running < MaxAtOnce && _queue.TryDequeue(out var next))
        {
            _running++;
            Put(next.Work, next.Try).PipeTo(Self);
        }
    }

    void End(Done done)
    {
        _running--;
        var work = done.Work;
        if (done.Fault is null) _coordinator.Tell(new ResultPublished(work));
        else if (!done.IsTransient) _coordinator.Tell(new PublishingFailed(work.Cell, work.Attempt, done.Fault, done.IsLost));
        else
        {
            Context.System.EventStream.Publish(new PublishingTroubled(work.Cell, done.Fault));
            var wait = FirstRetry * Math.Pow(2, Math.Min(done.Try, 10));
            Timers.StartSingleTimer(work.Cell, new Again(work, done.Try + 1), wait < LongestRetry ? wait : LongestRetry);
        }

        Next();
    }

    /// <summary>Every try has its span: what lies between them is waiting.</summary>
    async Task<Done> Put(Publish work, int tries)
    {
        var span = Spans.Begin(FarmTrace.Source, "publish result", ActivityKind.Internal, Spans.Read(work.Trace));
        span?.SetTag(Tags.Job, work.Claims[0].Job.Id.ToString()).SetTag(Tags.Cell, work.Cell.ToString()).SetTag(Tags.Attempt, work.Attempt)
            .SetTag(Tags.Tries, tries + 1);
        var done = await TryPut(work, tries).ConfigureAwait(false);
        if (done.Fault is { } fault) span.Fail(fault);
        span.End();
        return done;
    }

    async Task<Done> TryPut(Publish work, int tries)
    {
        try
        {
            var provenance = await PutResult(work).ConfigureAwait(false);
            foreach (var (job, cell) in work.Claims)
                await _sink.DeliverAsync(job, cell, provenance, _stopped).ConfigureAwait(false);
            await CleanUp(work.Cell).ConfigureAwait(false);
            return new Done(work, tries, null, false);
        }
        catch (ResultLostException e)
        {
            return new Done(work, tries, e.Message, false, IsLost: true);
        }
        catch (StoreException e)
        {
            return new Done(work, tries, e.Message, e.IsTransient);
        }
        catch (Exception e) when (e is StyleFarmException or IOException or UnauthorizedAccessException)
        {
            return new Done(work, tries, e.Message, e is StyleFarmException { Code: ErrorCode.OutOfResources } or IOException);
        }
        catch (OperationCanceledException)
        {
            return new Done(work, tries, "stopped", true);
        }
    }

    async Task<JsonObject> PutResult(Publish work)
    {
        var (picture, provenance) = (StoreKey.AttemptPicture(work.Cell, work.Attempt), StoreKey.AttemptProvenance(work.Cell, work.Attempt));
        while (await _store.GetAsync(provenance, _stopped).ConfigureAwait(false) is { } text)
        {
            var parsed = Parse(text, provenance);
            try
            {
                await _store.CopyAsync(picture, StoreKey.Result(work.Cell), _stopped).ConfigureAwait(false);
            }
            catch (StoreException e) when (!e.IsTransient)
            {
                // A coordinator that was overtaken may clean up at this very moment: provenance first, then the picture.
                if (await _store.ExistsAsync(provenance, _stopped).ConfigureAwait(false)) throw;
                continue;
            }

            await _store.PutAsync(StoreKey.Provenance(work.Cell), text, _stopped).ConfigureAwait(false);
            return parsed;
        }

        // Put in place before, and cleaned up, but the word of it was lost.
        var placed = StoreKey.Provenance(work.Cell);
        return await _store.GetAsync(placed, _stopped).ConfigureAwait(false) is { } json
            ? Parse(json, placed)
            : throw new ResultLostException($"{_store.Description}: {provenance} is gone, and so is the picture that it belongs to");
    }

    JsonObject Parse(byte[] json, StoreKey key)
    {
        try
        {
            return JsonNode.Parse(json)?.AsObject() ?? throw new System.Text.Json.JsonException("null");
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            throw new ResultLostException($"{_store.Description}: {key} is damaged", e);
        }
    }

    /// <summary>What the result supersedes: what attempts left, and checkpoints. Previews and telemetry stay.</summary>
    async Task CleanUp(CellId cell)
    {
        await foreach (var left in _store.ListAsync(StoreKey.Checkpoints(cell), _stopped).ConfigureAwait(false))
            await _store.DeleteAsync(left.Key, _stopped).ConfigureAwait(false);
        var attempts = new List<StoreKey>();
        await foreach (var left in _store.ListAsync(StoreKey.Attempts(cell), _stopped).ConfigureAwait(false)) attempts.Add(left.Key);
        // Provenance first: while it stands, so does its picture, and the copy can be made again.
        foreach (var key in attempts.OrderBy(key => key.ToString().EndsWith(".json", StringComparison.Ordinal) ? 0 : 1))
            await _store.DeleteAsync(key, _stopped).ConfigureAwait(false);
    }

    sealed record Done(Publish Work, int Try, string? Fault, bool IsTransient, bool IsLost = false);

    sealed class ResultLostException(string message, Exception? inner = null) : Exception(message, inner);

    sealed record Again(Publish Work, int Try);
}
