using StyleFarm.Coordinator.Log;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Coordinator.Actors;

/// <summary>
/// Asks for a command to be carried out; answered with <see cref="Obeyed"/> once it is in the journal, or with <see cref="Refused"/>.
/// </summary>
public sealed record Request(FarmCommand Command);

/// <summary>The command is carried out and will not be forgotten.</summary>
public sealed record Obeyed;

/// <summary>The command cannot be carried out; nothing has changed.</summary>
/// <param name="Message">One line for people.</param>
public sealed record Refused(string Message);

/// <summary>Asks something of the farm as it stands; answered with what the question returns, or a failure with what it throws. It must only look.</summary>
/// <param name="Question">Called within a turn of the coordinator.</param>
public sealed record Look(Func<Farm, TimeSpan, object> Question);

/// <summary>The coordinator cannot go on, and a restart will not help: told to the event stream.</summary>
/// <param name="Message">One line for people.</param>
/// <param name="IsOvertaken">Whether that is because another coordinator leads now.</param>
public sealed record CoordinatorBroken(string Message, bool IsOvertaken);

/// <summary>The journal is away for now: told to the event stream.</summary>
/// <param name="Message">One line for people.</param>
public sealed record CoordinatorTroubled(string Message);

/// <summary>
/// The journal did not answer when the coordinator made sure of its place; nothing was to be written: told to the event stream.
/// </summary>
/// <param name="Message">One line for people.</param>
public sealed record CoordinatorUnsure(string Message);

sealed record JournalOpened(FarmBeginning Beginning);

sealed record JournalAppended(long Sequence);

sealed record SnapshotSaved(long Sequence);

sealed record RenewIsDue
{
    public static RenewIsDue Instance { get; } = new();
}

/// <summary>This coordinator has made sure of its place; or could not for now, and tries again.</summary>
sealed record Renewed(string? Trouble);

sealed record FromFabric(WireMessage Message);

sealed record ReturnedByFabric(string To);

sealed record TimePassed
{
    public static TimePassed Instance { get; } = new();
}
