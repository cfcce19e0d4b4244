using System.Globalization;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Cli.Farm.Control;

/// <summary>A job as it stood when something was asked of it.</summary>
/// <param name="Id">The job.</param>
/// <param name="Status">Whether it was worked on.</param>
/// <param name="Priority">0 to 100.</param>
/// <param name="Finished">Cells with a result, found earlier or rendered.</param>
/// <param name="Failed">Cells given up.</param>
/// <param name="Stopped">Cells that early stopping ended.</param>
/// <param name="Others">Other jobs that are worked on.</param>
sealed record JobGlance(JobId Id, JobStatus Status, int Priority, long Finished, long Failed, long Stopped, int Others)
{
    /// <summary>Looks at a job.</summary>
    public static JobGlance Of(Coordinator.Farm farm, JobState job) => new(job.Spec.Id, job.Status, job.Priority,
        job.Counts.Finished + job.Counts.Earlier, job.Counts.Failed, job.Counts.Dropped,
        farm.State.Jobs.Values.Count(other =>
            other != job && other.Status == JobStatus.Active && farm.Presence.Awake.Contains(other.Spec.Id)));
}

/// <summary>What a command tells the person who gave it: what has changed, and what to do next.</summary>
static class ControlText
{
    public static string Paused(JobGlance job) => job.Status == JobStatus.Paused
        ? $"{job.Id} is paused already; `stylefarm resume {job.Id}` goes on"
        : $"{job.Id} is paused: its cells stop at their next step, with checkpoints; `stylefarm resume {job.Id}` goes on";

    public static string Resumed(JobGlance job) => job.Status == JobStatus.Active
        ? $"{job.Id} is not paused"
        : $"{job.Id} goes on from its checkpoints";

    public static string Cancelled(JobGlance job) => job.Status == JobStatus.Cancelled
        ? $"{job.Id} is cancelled already"
        : Number($"{job.Id} is cancelled; {job.Finished:N0} finished pictures stay, and the command that began it begins it again");

    public static string Priority(JobGlance job, int priority)
    {
        if (job.Priority == priority) return Number($"{job.Id} has priority {priority} already");
        var effect = job.Others == 0 ? "it tells as soon as another job shares the nodes" : "nodes change over at their next checkpoint";
        return Number($"{job.Id} has priority {priority}, before {job.Priority}; {effect}");
    }

    public static string Retried(JobGlance job, long cells, bool stopped)
    {
        var what = stopped ? "stopped" : "failed";
        if (cells > 0) return Number($"{cells:N0} {what} cells of {job.Id} are tried again");
        var other = !stopped && job.Stopped > 0 ? $"; {job.Stopped:N0} were stopped early, which --stopped lets go on" : "";
        return $"{job.Id} has no {what} cells{other}";
    }

    public static string Drained(NodeId node, bool isDraining, int others)
    {
        if (!isDraining) return $"{node} takes work again";
        var rest = others == 0 ? "no other node takes work, so everything waits" : "its cells go on elsewhere";
        return $"{node} leaves its work at checkpoints and takes no more; {rest}; `stylefarm drain {node} --undo` takes that back";
    }

    static string Number(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
