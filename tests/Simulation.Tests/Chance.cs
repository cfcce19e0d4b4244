namespace StyleFarm.Simulation.Tests;

/// <summary>Chance from a seed.</summary>
sealed class Chance(int seed)
{
    readonly Random _random = new(seed);

    public bool Once(double probability) => probability > 0 && _random.NextDouble() < probability;

    /// <summary>Both ends included.</summary>
    public int Next(int low, int high) => _random.Next(low, high + 1);

    public double Between(double low, double high) => low + (high - low) * _random.NextDouble();

    public TimeSpan Seconds(double low, double high) => TimeSpan.FromSeconds(Between(low, high));

    /// <summary>A wait between events that come so far apart on average.</summary>
    public TimeSpan Wait(double meanSeconds) => TimeSpan.FromSeconds(Math.Min(5 * meanSeconds, -meanSeconds * Math.Log(1 - _random.NextDouble())));

    public T Pick<T>(IReadOnlyList<T> of) => of[_random.Next(of.Count)];
}
