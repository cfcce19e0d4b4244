namespace StyleFarm.GpuNode.Checkpoints;

/// <summary>
/// Which of a cell's checkpoints count before others, for an owner of one attempt. Attempts only grow, and each goes on from where one
/// before it stood, so what a later attempt has stored is newer, whatever the step: an owner that was overtaken may still be at work, and
/// come further than those after it.
/// </summary>
static class CheckpointOrder
{
    /// <summary>The greater, the newer. What has a later attempt than the owner's is not of this farm's journal, or the owner was overtaken: it comes last.</summary>
    public static (bool IsKnown, int Attempt, int Step) Rank(int step, int attempt, int ownAttempt) => (attempt <= ownAttempt, attempt, step);

    /// <summary>Whether a later attempt has stored something, so that this owner does not count any more.</summary>
    public static bool IsOvertaken(IEnumerable<(int Step, int Attempt)> stored, int ownAttempt) => stored.Any(key => key.Attempt > ownAttempt);

    /// <summary>What an owner that goes on from a step removes, for it comes again.</summary>
    public static List<(int Step, int Attempt)> Beyond(IEnumerable<(int Step, int Attempt)> stored, int step, int ownAttempt) =>
        [.. stored.Where(key => key.Step > step && key.Attempt <= ownAttempt)];

    /// <summary>
    /// What an owner does not need any more once it has stored checkpoints itself: all but the newest steps. What lies beyond its own stays:
    /// the owner may have been overtaken, and others go on from there.
    /// </summary>
    public static List<(int Step, int Attempt)> Superseded(IReadOnlyCollection<(int Step, int Attempt)> stored, int ownAttempt, int stepsKept)
    {
        var reached = stored.Where(key => key.Attempt == ownAttempt).Select(key => key.Step).DefaultIfEmpty(-1).Max();
        var kept = stored.OrderByDescending(key => Rank(key.Step, key.Attempt, ownAttempt)).Select(key => key.Step).Distinct().Take(stepsKept).ToHashSet();
        return [.. stored.Where(key => !kept.Contains(key.Step) && key.Step < reached && key.Attempt <= ownAttempt)];
    }
}
