using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Inputs;
using StyleFarm.GpuNode.Tests.Rendering;
using StyleFarm.GpuNode.Uploads;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.GpuNode.Tests.Uploads;

/// <summary>What waits for the store, and what is written of one cell.</summary>
[Collection(nameof(Device))]
public sealed class UploadTests : IAsyncLifetime
{
    readonly Studio _studio = new();
    EngineServices _services = null!;
    CellWriter _writer = null!;
    CellLane _lane = null!;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new StyleEngineOptions { Node = new("one"), Folder = Path.Combine(_studio.Folder, "node"), Weights = () => VggWeights.Seeded(1) };
        _services = new EngineServices(options, _studio.Store, _ => { }, TimeProvider.System, _studio.Notes.Enqueue);
        _writer = new CellWriter(_services);
        var shard = Studio.Shard([_studio.Cell(1)]);
        var cell = Assert.Single((await ShardInputs.PrepareAsync(shard, _services.Inputs, Cancellation)).Ready);
        var shelf = await CheckpointShelf.OpenAsync(cell.Id, cell.Assignment.Attempt, _studio.Store, _services.Spool, _services.Patience, _services.Note, Cancellation);
        _lane = new CellLane(shard.Lease, cell, shelf);
    }

    public ValueTask DisposeAsync() => _studio.DisposeAsync();

    [Fact]
    public async Task Of_sets_that_nobody_took_the_newest_two_stay_and_words_are_never_dropped()
    {
        var queue = new UploadQueue();
        var sets = Enumerable.Range(1, 4).Select(step => new CheckpointSet([Kept(step)])).ToList();
        var word = new WordItem(_lane, new CellFailed { Lease = _lane.Lease, Cell = _lane.Id, Attempt = 1, Step = 0, IsTransient = true, Message = "no" });
        queue.Add(sets[0]);
        queue.Add(word);
        queue.Add(sets[1]);
        Assert.Empty(queue.TakeDropped());
        queue.Add(sets[2]);
        queue.Add(sets[3]);

        Assert.Equal([sets[0], sets[1]], queue.TakeDropped());
        Assert.Equal([word, sets[2], sets[3]], queue.Waiting());
        queue.Close();
        var taken = new List<UploadItem>();
        while (await queue.TakeAsync(Cancellation) is { } item)
        {
            taken.Add(item);
            queue.Remove(item);
        }

        Assert.Equal([word, sets[2], sets[3]], taken);
    }

    [Fact]
    public async Task A_set_that_was_taken_stays_until_it_is_given_back()
    {
        var queue = new UploadQueue();
        var sets = Enumerable.Range(1, 3).Select(step => new CheckpointSet([Kept(step)])).ToList();
        queue.Add(sets[0]);
        Assert.Same(sets[0], await queue.TakeAsync(Cancellation));
        queue.Add(sets[1]);
        queue.Add(sets[2]);
        Assert.Empty(queue.TakeDropped());

        queue.GiveBack(sets[0]);

        Assert.Equal([sets[0]], queue.TakeDropped());
        Assert.Same(sets[1], await queue.TakeAsync(Cancellation));
    }

    [Fact]
    public async Task A_taker_waits_for_what_is_added_later()
    {
        var queue = new UploadQueue();
        var taking = queue.TakeAsync(Cancellation);
        Assert.False(taking.IsCompleted);
        var set = new CheckpointSet([Kept(1)]);
        queue.Add(set);
        Assert.Same(set, await taking);
        queue.Remove(set);
        queue.Close();
        Assert.Null(await queue.TakeAsync(Cancellation));
        Assert.Throws<InvalidOperationException>(() => queue.Add(set));
    }

    [Fact]
    public async Task Going_back_removes_the_parts_of_before_and_leaves_those_of_after()
    {
        Report(0, 10);
        await _writer.PutTelemetryAsync(_lane, 5, Cancellation);
        await _writer.PutTelemetryAsync(_lane, 10, Cancellation);
        Report(10, 4);
        _lane.Unsent = _lane.Telemetry.Take();

        // The cell goes back to step 7, and the part that begins there is in the store before the word on it is carried out.
        var back = new GoBackItem(_lane, 7, _lane.Telemetry.GoBackTo(7));
        Report(7, 2);
        await _writer.GoBackAsync(back, Cancellation);
        await _writer.PutTelemetryAsync(_lane, int.MaxValue, Cancellation);
        await _writer.GoBackAsync(back, Cancellation);

        Assert.Equal(["00000000.jsonl", "00000005.jsonl", "00000007.jsonl"],
            _studio.Store.KeysBelow(StoreKey.TelemetryFolder(_lane.Id).ToString()).Select(key => key.Split('/')[^1]));
        Assert.Equal(Enumerable.Range(0, 9), _studio.TelemetryOf(_lane.Assignment).Select(report => report.Step));
    }

    [Fact]
    public async Task The_newest_two_steps_are_kept_of_whatever_attempt()
    {
        foreach (var step in new[] { 10, 20, 30 })
        {
            await _writer.PutAsync([Kept(step)], Cancellation);
            await _writer.TidyAsync(_lane, Cancellation);
        }

        Assert.Equal([20, 30], _studio.CheckpointsOf(_lane.Assignment));
        Assert.Equal([20, 30], _lane.Stored.Select(key => key.Step).Order());
    }

    [Fact]
    public async Task An_old_checkpoint_that_cannot_be_removed_does_no_harm()
    {
        foreach (var step in new[] { 10, 20, 30 }) await _writer.PutAsync([Kept(step)], Cancellation);
        _studio.Store.Fails = key => key.Contains("00000010", StringComparison.Ordinal) ? new StoreException("down", isTransient: true) : null;
        await _writer.TidyAsync(_lane, Cancellation);
        Assert.Equal([10, 20, 30], _studio.CheckpointsOf(_lane.Assignment));

        _studio.Store.Fails = _ => null;
        await _writer.TidyAsync(_lane, Cancellation);
        Assert.Equal([20, 30], _studio.CheckpointsOf(_lane.Assignment));
    }

    [Fact]
    public async Task A_checkpoint_that_moved_to_the_disk_is_the_same_in_the_store()
    {
        var kept = Kept(10);
        kept.Encode(256);
        var bytes = kept.Bytes();
        kept.MoveTo(_services.Spool);
        Assert.Single(_services.Spool.Of(_lane.Id));

        await _writer.PutAsync([kept], Cancellation);
        kept.Forget();

        Assert.Equal(bytes, _studio.Store.Objects[StoreKey.Checkpoint(_lane.Id, 10, 1).ToString()]);
        Assert.Empty(_services.Spool.Of(_lane.Id));
        var (checkpoint, metadata) = CheckpointFile.Parse(bytes, "here");
        Assert.Equal((10, _lane.Id.ToString(), "1", "3"), (checkpoint.Step, metadata["cell"], metadata["shard"], metadata["moment"]));
        Assert.Equal(Studio.Recipe.Hash(), metadata["recipe_hash"]);
    }

    KeptCheckpoint Kept(int step) => new(_lane, new CellCheckpoint
    {
        Pass = 0,
        Step = step,
        OptimizerSteps = step,
        RateFactor = 1,
        Rollbacks = 0,
        Tensors = [new SafetensorsEntry("image", SafetensorsType.F32, [1, 3, 4, 4], new byte[3 * 4 * 4 * sizeof(float)])],
    }, moment: 3, losses: null);

    void Report(int first, int count)
    {
        for (var step = first; step < first + count; step++)
            _lane.Telemetry.Add(new LossReport
            {
                Cell = _lane.Id.ToString(),
                Step = step,
                Content = 0,
                Style = 0,
                Tv = 0,
                Total = 0,
                Taps = new Dictionary<string, double>(),
                Milliseconds = 0,
            });
    }
}
