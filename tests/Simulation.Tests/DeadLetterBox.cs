using StyleFarm.Actors;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Simulation.Tests;

/// <summary>Messages that reached nobody: only what comes for an actor that has ended may be among them.</summary>
sealed class DeadLetterBox(FarmSimulation farm)
{
    /// <summary>How many of what.</summary>
    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public void Add(SimProcess process, DeadLetter letter)
    {
        var name = $"{letter.Message.GetType().Name} to {letter.Recipient.Path.Name.Split('-')[0]}";
        Counts[name] = Counts.GetValueOrDefault(name) + 1;
        // One that was overtaken may learn it twice, when it writes and when it makes sure of its place.
        if (letter.Message is Status.Failure failure && failure.Cause is not JournalException { IsTransient: false }) farm.Break("dead letters are explained", $"{process}: {failure}");
    }
}
