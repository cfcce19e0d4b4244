using System.Globalization;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>Which moment of which shard a checkpoint is of.</summary>
readonly record struct SimStamp(long Shard, int Moment);

/// <summary>A checkpoint in the store: one line of text.</summary>
readonly record struct SimCheckpoint(int Step, int Attempt, ulong State, SimStamp Stamp)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Step} {Attempt} {State:x16} {Stamp.Shard} {Stamp.Moment}");

    public static SimCheckpoint Parse(string text)
    {
        var parts = text.Split(' ');
        return new SimCheckpoint(Number(parts[0]), Number(parts[1]), ulong.Parse(parts[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            new SimStamp(Number(parts[3]), Number(parts[4])));
    }

    /// <summary>Step and attempt in a key's name.</summary>
    public static (int Step, int Attempt) Place(StoreKey key)
    {
        var parts = key.ToString().Split('/')[^1].Split('.');
        return (Number(parts[0]), Number(parts[1]));
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
