using System.Text.Json.Nodes;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Cli.Farm.Control;

/// <summary>What a farm says of itself, as JSON.</summary>
static class FarmText
{
    const int MaxCells = 200;

    /// <summary>All jobs.</summary>
    public static JsonObject Jobs(Coordinator.Farm farm) => new()
    {
        ["jobs"] = new JsonArray([.. farm.State.Jobs.Values
            .OrderByDescending(job => job.Priority).ThenBy(job => job.Spec.Id.ToString(), StringComparer.Ordinal)
                .Select(job => Line(farm, job))]),
    };

    /// <summary>One job: its cells that have not ended, and why each waits.</summary>
    public static JsonObject Job(Coordinator.Farm farm, JobId id, TimeSpan now)
    {
        var job = farm.State.Job(id);
        var line = Line(farm, job);
        var open = job.Cells.Select(farm.State.Cell).Where(cell => !cell.IsEnded).OrderBy(cell => cell.Spec.Index).Take(MaxCells);
        line["cells"] = new JsonArray([.. open.Select(cell => Line(farm, cell, now))]);
        line["faults"] = new JsonArray([.. job.Faults.Take(MaxCells)
            .Select(fault => new JsonObject { ["input"] = fault.Input, ["reason"] = fault.Reason })]);
        if (job.Rungs is { } rungs)
            line["rungs"] = new JsonArray([.. rungs.Status().Select(rung => new JsonObject
            {
                ["steps"] = rung.Steps,
                ["population"] = rung.Population,
                ["kept"] = rung.Kept,
                ["entered"] = rung.Entered,
                ["gone_on"] = rung.GoneOn,
                ["waiting"] = rung.Waiting,
            })]);
        return line;
    }

    /// <summary>All nodes.</summary>
    public static JsonObject Nodes(Coordinator.Farm farm) => new()
    {
        ["nodes"] = new JsonArray([.. farm.Presence.Nodes.Values.OrderBy(node => node.Id.ToString(), StringComparer.Ordinal)
            .Select(node => new JsonObject
        {
            ["node"] = node.Id.ToString(),
            ["device"] = node.Hello.Device,
            ["version"] = node.Hello.Version,
            ["memory_bytes"] = node.Hello.MemoryBytes,
            ["shards"] = new JsonArray([.. node.Leases.Select(shard => (JsonNode)shard.Number)]),
            ["pixel_steps_per_second"] = node.PixelStepsPerSecond,
            ["utilisation"] = node.Utilisation,
            ["draining"] = node.IsDraining,
        })]),
    };

    static JsonObject Line(Coordinator.Farm farm, JobState job) => new()
    {
        ["job"] = job.Spec.Id.ToString(),
        ["name"] = job.Spec.Name,
        ["kind"] = job.Spec.Kind.ToString().ToLowerInvariant(),
        ["status"] = farm.Presence.Awake.Contains(job.Spec.Id) || job.Status != JobStatus.Active ? job.Status.ToString().ToLowerInvariant()
            : "asleep",
        ["reason"] = job.StatusReason,
        ["priority"] = job.Priority,
        ["found"] = job.Counts.Found,
        ["earlier"] = job.Counts.Earlier,
        ["finished"] = job.Counts.Finished,
        ["dropped"] = job.Counts.Dropped,
        ["failed"] = job.Counts.Failed,
        ["faulty"] = job.Counts.Faulty,
        ["all_found"] = job.IsSourceRead,
        ["nodes"] = job.LeasedShards.Select(shard => farm.State.Shard(shard).Lease!.Node).Distinct().Count(),
    };

    static JsonObject Line(Coordinator.Farm farm, CellState cell, TimeSpan now)
    {
        var wait = farm.WhyWaits(cell.Spec.Id, now);
        return new JsonObject
        {
            ["cell"] = cell.Spec.Id.ToString(),
            ["index"] = cell.Spec.Index,
            ["content"] = cell.Spec.Content.Location,
            ["phase"] = PhaseOf(farm, cell),
            ["attempt"] = cell.Attempt,
            ["step"] = farm.Presence.Progress.TryGetValue(cell.Spec.Id, out var progress) ? progress.Step : cell.Step,
            ["steps"] = cell.Spec.Steps,
            ["waits"] = wait.Reason == WaitReason.None ? null : Word(wait.Reason),
            ["why"] = wait.Reason == WaitReason.None ? null : wait.Text,
        };
    }

    /// <summary>A cell in a shard is rendered by the node that holds the shard as its first; behind it, it is prepared.</summary>
    static string PhaseOf(Coordinator.Farm farm, CellState cell)
    {
        if (cell.Phase != CellPhase.InShard) return Word(cell.Phase);
        if (cell.Shard is not { } shard || farm.State.Shard(shard).Lease is not { } lease) return "in_shard";
        return farm.Presence.Nodes.GetValueOrDefault(lease.Node)?.Leases.FirstOrDefault() == shard ? "rendering" : "prepared";
    }

    /// <summary>Such as <c>no_node_fits</c>.</summary>
    static string Word<T>(T word)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(word.ToString());
}
