using System.Security.Cryptography;
using System.Text;
using StyleFarm.Messages.Cells;

namespace StyleFarm.Simulation.Tests;

/// <summary>A cell and the truth about it: the state after each step follows from the one before, so that a wrong resume shows.</summary>
sealed class SimCell
{
    readonly ulong _seed;
    readonly ulong[] _states;

    public SimCell(string name, int steps)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(name));
        Id = new CellId(Convert.ToHexStringLower(hash)[..32]);
        _seed = BitConverter.ToUInt64(hash, 16);
        _states = new ulong[steps + 1];
        for (var step = 0; step < steps; step++) _states[step + 1] = Next(_states[step]);
    }

    public CellId Id { get; }

    public int Steps => _states.Length - 1;

    public Trait Trait { get; init; }

    /// <summary>Where what is wrong with it comes out.</summary>
    public int TraitStep { get; init; }

    /// <summary>Whether it can come to no result.</summary>
    public bool IsDoomed => Trait is not (Trait.Sound or Trait.Flaky);

    /// <summary>What the state must be after so many steps.</summary>
    public ulong StateAt(int step) => _states[step];

    /// <summary>One step of rendering.</summary>
    public ulong Next(ulong state)
    {
        var z = (state ^ _seed) + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        return z ^ (z >> 27);
    }
}
