using System.Diagnostics;
using System.Globalization;

namespace StyleFarm.Simulation.Tests;

/// <summary>Runs simulations outside of the test runner: many seeds, or one with all that happens in it.</summary>
static class SimulationProgram
{
    /// <summary>The first argument that leads here.</summary>
    public const string Switch = "simulate";

    /// <summary><c>[COUNT] [FIRST]</c> or <c>--replay SEED</c>; 0 when every invariant held.</summary>
    public static int Run(string[] args)
    {
        if (args is ["--replay", var seed]) return Replay(int.Parse(seed, CultureInfo.InvariantCulture));
        var count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
        var first = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
        var watch = Stopwatch.StartNew();
        var (turns, records, repeated, virtualTime, failures) = (0L, 0L, 0L, TimeSpan.Zero, new List<SimOutcome>());
        var letters = new SortedDictionary<string, int>(StringComparer.Ordinal);
        SeedRange.Run(first, count, outcome =>
        {
            (turns, records, repeated, virtualTime) = (turns + outcome.Turns, records + outcome.Records, repeated + outcome.RepeatedSteps, virtualTime + outcome.Lasted);
            foreach (var (name, number) in outcome.DeadLetters) letters[name] = letters.GetValueOrDefault(name) + number;
            if (outcome.Violation is null) return;
            failures.Add(outcome);
            Console.WriteLine(outcome.Describe());
        });

        Console.WriteLine($"{count} seeds from {first} in {watch.Elapsed.TotalSeconds:F1} s: {failures.Count} failed; {turns:N0} turns, {records:N0} records, "
            + $"{repeated:N0} steps repeated, {virtualTime.TotalHours:F1} h of virtual time");
        foreach (var group in failures.GroupBy(failure => failure.Violation!.Invariant)) Console.WriteLine($"{group.Count(),6} {group.Key}");
        foreach (var (name, number) in letters) Console.WriteLine($"{number,6} dead letters: {name}");
        return failures.Count == 0 ? 0 : 1;
    }

    static int Replay(int seed)
    {
        var outcome = new FarmSimulation(seed, Console.WriteLine).Run();
        Console.WriteLine(outcome.Violation is { } violation ? $"seed {seed}: {violation}" : $"seed {seed}: every invariant held");
        return outcome.Violation is null ? 0 : 1;
    }
}
