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
        // A coordinator that begins anew may have heard of the journal's failure twice: when it wrote, and when it made sure of its place.
        if (letter.Message is Status.Failure failure && failure.Cause is not JournalException) farm.Break("dead letters are explained", $"{process}: {failure}");
    }
}
