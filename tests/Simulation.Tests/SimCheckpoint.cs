using System.Globalization;
using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>A checkpoint in the store: one line of text.</summary>
readonly record struct SimCheckpoint(CheckpointStamp Stamp, int Attempt, ulong State)
{
    public int Step => Stamp.Step;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Step} {Attempt} {State:x16} {Stamp.Shard} {Stamp.Moment}");

    public static SimCheckpoint Parse(string text)
    {
        var parts = text.Split(' ');
        return new SimCheckpoint(new CheckpointStamp(Number(parts[0]), Number(parts[3]), Number(parts[4])), Number(parts[1]),
            ulong.Parse(parts[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>Step and attempt in a key's name.</summary>
    public static (int Step, int Attempt) Place(StoreKey key)
    {
        var parts = key.ToString().Split('/')[^1].Split('.');
        return (Number(parts[0]), Number(parts[1]));
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
