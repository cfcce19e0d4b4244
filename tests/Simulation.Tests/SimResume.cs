using System.Text;
using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>Brings the cells of a run to where they go on, by the nodes' own rule.</summary>
static class SimResume
{
    const int MaxLooks = 5;

    /// <summary>Sets the lanes' steps and states; the shard's moment there.</summary>
    public static async Task<int> FindAsync(SimNode node, long shard, IReadOnlyList<SimLane> lanes, Func<bool> isOver)
    {
        for (var look = 1; ; look++)
        {
            var (moment, isOutdated) = await LookAsync(node, shard, lanes, isOver).ConfigureAwait(false);
            if (isOutdated && look < MaxLooks && !isOver()) continue;
            if (!await IsOvertakenAsync(node, lanes, isOver).ConfigureAwait(false))
                foreach (var lane in lanes) await GoBackAsync(node, lane, isOver).ConfigureAwait(false);
            return moment;
        }
    }

    static async Task<bool> IsOvertakenAsync(SimNode node, IReadOnlyList<SimLane> lanes, Func<bool> isOver)
    {
        if (lanes.All(lane => lane.Attempt == 1 && lane.Stored.Count == 0)) return false;
        foreach (var lane in lanes)
            if (lane.Stored.Count > 0 ? CheckpointOrder.IsOvertaken(lane.Stored, lane.Attempt)
                : await PatientlyAsync(node, isOver, () => node.Store.ExistsAsync(StoreKey.Provenance(lane.Id), CancellationToken.None)).ConfigureAwait(false))
                return true;
        return false;
    }

    /// <summary>What is gone when it is to be read was tidied away by an earlier owner that does not know yet: there are newer ones.</summary>
    static async Task<(int Moment, bool IsOutdated)> LookAsync(SimNode node, long shard, IReadOnlyList<SimLane> lanes, Func<bool> isOver)
    {
        var isOutdated = false;
        var shelves = new List<Queue<(int Step, int Attempt)>>();
        var read = lanes.Select(_ => new List<SimCheckpoint>()).ToList();
        foreach (var lane in lanes)
        {
            node.Farm.Renders.Looks(lane);
            var keys = await PatientlyAsync(node, isOver, () => ListAsync(node, lane)).ConfigureAwait(false) ?? [];
            lane.Stored.Clear();
            foreach (var key in keys) lane.Stored.Add(key);
            shelves.Add(new Queue<(int, int)>(keys.OrderByDescending(key => CheckpointOrder.Rank(key.Step, key.Attempt, lane.Attempt))));
        }

        var walk = new ResumeWalk(shard, lanes.Count);
        while (walk.Next() is { } next)
        {
            if (isOver()) return (0, false);
            if (!shelves[next].TryDequeue(out var key))
            {
                walk.NoMore(next);
                continue;
            }

            var bytes = await PatientlyAsync(node, isOver, () =>
                node.Store.GetAsync(StoreKey.Checkpoint(lanes[next].Id, key.Step, key.Attempt), CancellationToken.None)).ConfigureAwait(false);
            if (bytes is null)
            {
                isOutdated = true;
                continue;
            }

            var checkpoint = SimCheckpoint.Parse(Encoding.UTF8.GetString(bytes));
            read[next].Add(checkpoint);
            walk.Found(next, checkpoint.Stamp with { Age = lanes[next].Attempt - key.Attempt });
        }

        for (var i = 0; i < lanes.Count && node.Farm.Sabotage != Sabotage.CheckpointsAreIgnored; i++)
            if (walk.Choice(i) is { } choice)
                (lanes[i].Step, lanes[i].State) = (read[i][choice].Step, read[i][choice].State);
        return (walk.Moment, isOutdated);
    }

    /// <summary>What lies beyond comes again: it is removed, so that nobody takes it for a moment of this run.</summary>
    static async Task GoBackAsync(SimNode node, SimLane lane, Func<bool> isOver)
    {
        foreach (var key in CheckpointOrder.Beyond(lane.Stored, lane.Step, lane.Attempt))
        {
            await PatientlyAsync(node, isOver, async () =>
            {
                await node.Store.DeleteAsync(StoreKey.Checkpoint(lane.Id, key.Step, key.Attempt), CancellationToken.None).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
            lane.Stored.Remove(key);
        }
    }

    static async Task<List<(int Step, int Attempt)>?> ListAsync(SimNode node, SimLane lane)
    {
        var keys = new List<(int, int)>();
        await foreach (var item in node.Store.ListAsync(StoreKey.Checkpoints(lane.Id), CancellationToken.None).ConfigureAwait(false))
            keys.Add(SimCheckpoint.Place(item.Key));
        return keys;
    }

    static async Task<T?> PatientlyAsync<T>(SimNode node, Func<bool> isOver, Func<Task<T?>> call)
    {
        while (!isOver())
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (StoreException)
            {
                await node.Process.Delay(node.Farm.Chance.Seconds(0.5, 3)).ConfigureAwait(false);
            }
        }

        return default;
    }
}
