using StyleFarm.Coordinator.State;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Farm;

/// <summary>Finds the job that a user means.</summary>
static class JobNames
{
    /// <summary>By id or name, or by the beginning of one of them.</summary>
    /// <exception cref="StyleFarmException">BadUsage: there is none, or more than one.</exception>
    public static JobState Find(FarmState state, string wanted)
    {
        var jobs = state.Jobs.Values.OrderBy(job => job.Spec.Id.ToString(), StringComparer.Ordinal).ToList();
        var found = jobs.FindAll(job => job.Spec.Id.ToString() == wanted || job.Spec.Name == wanted);
        if (found.Count == 0)
            found = jobs.FindAll(job => job.Spec.Id.ToString().StartsWith(wanted, StringComparison.Ordinal)
                || job.Spec.Name.StartsWith(wanted, StringComparison.Ordinal));
        return found switch
        {
            [var job] => job,
            [] when jobs.Count == 0 => throw StyleFarmException.BadUsage("there is no job in this state folder; name another with --state"),
            [] => throw StyleFarmException.BadUsage(
                $"there is no job {wanted}{NearestMatch.Hint(NearestMatch.Find(wanted, jobs.Select(job => job.Spec.Id.ToString())))}; "
                + $"there are {string.Join(", ", jobs.Select(job => job.Spec.Id))}"),
            _ => throw StyleFarmException.BadUsage(
                $"{wanted} may be {string.Join(" or ", found.Select(job => job.Spec.Id))}; name one of them"),
        };
    }
}
