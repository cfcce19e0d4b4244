using System.Globalization;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.GpuNode.Checkpoints;

/// <summary>Where a checkpoint belongs.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Shard">The shard that was rendered; null: rendered alone, or before shards were noted.</param>
/// <param name="Moment">Counts the checkpoints of that shard, from 1: checkpoints of one moment and one claim were taken together.</param>
/// <param name="Age">Attempts since: claims of the shard since it was taken, the same for all its cells.</param>
readonly record struct CheckpointStamp(int Step, long? Shard, int Moment, int Age = 0)
{
    const string ShardKey = "shard";
    const string MomentKey = "moment";

    /// <summary>The stamp in a checkpoint's metadata.</summary>
    public static CheckpointStamp Of(int step, IReadOnlyDictionary<string, string> metadata)
    {
        return Number(ShardKey) is { } shard && Number(MomentKey) is { } moment and > 0 and <= int.MaxValue
            ? new CheckpointStamp(step, shard, (int)moment)
            : new CheckpointStamp(step, null, 0);

        long? Number(string key) =>
            long.TryParse(metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>What it adds to a checkpoint's metadata.</summary>
    public static void Write(Dictionary<string, string> metadata, ShardId shard, int moment)
    {
        metadata[ShardKey] = shard.ToString();
        metadata[MomentKey] = moment.ToString(CultureInfo.InvariantCulture);
    }
}
