using System.Text;
using StyleFarm.Coordinator.Log;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Tests;

/// <summary>A farm on a table: commands go in by hand, and what it tells nodes is looked at. Every event goes through the journal's form.</summary>
sealed class FarmTable
{
    public const long CellBytes = 100;

    readonly FarmState _replayed = new();
    long _sequence;

    public FarmTable(FarmOptions? options = null) => Farm = new Farm(new FarmState(), options ?? new FarmOptions(), epoch: 1);

    public Farm Farm { get; private set; }

    public FarmState State => Farm.State;

    public TimeSpan Now { get; private set; } = TimeSpan.FromMinutes(1);

    /// <summary>All that was told nodes, in order.</summary>
    public List<Send> Sent { get; } = [];

    public List<FarmEffect> Effects { get; } = [];

    public static JobSpec Job(string name = "job", JobKind kind = JobKind.Batch) => new()
    {
        Id = new JobId(name),
        Name = name,
        Kind = kind,
        Recipe = RecipePresets.Get("d2l"),
        WeightsHash = "w",
        ShardCells = 2,
    };

    public static CellSpec Cell(int index, string key = "k", string job = "job", int steps = 100, string? output = null) => new()
    {
        Id = IdOf($"{job}/{index}"),
        Index = index,
        Content = new InputRef(new string('a', 64), $"photos/{index}.jpg", 10, 10),
        Styles = [new StyleInput(new InputRef(new string('b', 64), "style.jpg", 10, 10), 1)],
        Steps = steps,
        Pixels = 100,
        BatchKey = key,
        MemoryBytes = CellBytes,
        MemoryBytesPerMore = CellBytes,
        Output = output ?? $"{index}.png",
    };

    public static CellId IdOf(string text) => new(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32]);

    public void Do(FarmCommand command) => Take(Farm.Decide(command, Now));

    public void Pass(TimeSpan time)
    {
        Now += time;
        Do(new Tick());
    }

    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>Submits a job with these cells, all of them known at once.</summary>
    public void Submit(JobSpec job, params CellSpec[] cells)
    {
        Do(new SubmitJob(job));
        Read(job, isLast: true, cells);
    }

    /// <summary>A page of a job's present scan comes.</summary>
    public void Read(JobSpec job, bool isLast, params CellSpec[] cells) =>
        Do(new PageRead(job.Id, Farm.Presence.Scans[job.Id], new CellPage { Cells = [.. cells], IsLast = isLast }));

    public void Hello(string node, long memory = 1000, string weights = "w", string incarnation = "1", params Lease[] held) =>
        Do(new NodeSaid(new NodeHello { Node = new NodeId(node), Incarnation = incarnation, MemoryBytes = memory, WeightsHash = weights, Held = [.. held] }));

    public void Beat(string node, params Lease[] held) =>
        Do(new NodeSaid(new Heartbeat { Node = new NodeId(node), Incarnation = "1", Held = [.. held] }));

    public List<AssignShard> Assigned(string? node = null) =>
        [.. Sent.Where(send => node is null || send.Node == new NodeId(node)).Select(send => send.Message).OfType<AssignShard>()];

    public void Finish(AssignShard shard, int cell = 0, int attempt = 0) => Do(new NodeSaid(new CellFinished
    {
        Lease = shard.Lease,
        Cell = shard.Cells[cell].Cell.Id,
        Attempt = attempt == 0 ? shard.Cells[cell].Attempt : attempt,
        Step = shard.Cells[cell].Cell.Steps,
        Losses = new Losses(1, 2, 3, 6),
    }));

    public void FinishAll(AssignShard shard)
    {
        for (var i = 0; i < shard.Cells.Length; i++)
        {
            Finish(shard, i);
            Publish(shard, i);
        }
    }

    public void Publish(AssignShard shard, int cell = 0)
    {
        var (id, attempt) = (shard.Cells[cell].Cell.Id, shard.Cells[cell].Attempt);
        var claims = Farm.State.Cells.TryGetValue(id, out var known) ? known.Claims : [];
        Do(new ResultPublished(new Publish(id, attempt, [.. claims.Select(claim => (Farm.State.Job(claim.Job).Spec, claim.Spec))])));
    }

    public void Fail(AssignShard shard, int cell = 0, bool isTransient = true, string message = "broken") => Do(new NodeSaid(new CellFailed
    {
        Lease = shard.Lease,
        Cell = shard.Cells[cell].Cell.Id,
        Attempt = shard.Cells[cell].Attempt,
        Step = 0,
        IsTransient = isTransient,
        Message = message,
    }));

    public void Stop(AssignShard shard, int cell, int step, StopReason reason, Score? score = null) => Do(new NodeSaid(new CellStopped
    {
        Lease = shard.Lease,
        Cell = shard.Cells[cell].Cell.Id,
        Attempt = shard.Cells[cell].Attempt,
        Step = step,
        Reason = reason,
        Score = score,
    }));

    /// <summary>The coordinator dies, and another begins with what is in the journal.</summary>
    public void Restart()
    {
        Farm = new Farm(FarmState.Of(State.Image()), Farm.Options, Farm.Epoch + 1);
        Take(Farm.Start(Now));
    }

    /// <summary>What is folded from the journal is the state, and so is what is read from a snapshot.</summary>
    public void CheckFold()
    {
        Assert.Equal(Text(State), Text(_replayed));
        Assert.Equal(Text(State), Text(FarmState.Of(State.Image())));
    }

    static string Text(FarmState state) => Encoding.UTF8.GetString(FarmLog.Write(state));

    void Take(Decision decision)
    {
        foreach (var happened in decision.Events) _replayed.Apply(FarmEventCodec.Decode(FarmEventCodec.Encode(++_sequence, happened)));
        Effects.AddRange(decision.Effects);
        Sent.AddRange(decision.Effects.OfType<Send>());
        CheckFold();
    }
}
