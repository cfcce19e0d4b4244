using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Control;

/// <summary>Answers what other commands ask of a running farm. A job is named by its id, its name, or the beginning of one.</summary>
sealed class ControlDesk(IActorRef coordinator)
{
    /// <summary>Why a job is paused that a person paused.</summary>
    public const string ByHand = "paused by hand";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Carries a request out.</summary>
    public Task<JsonObject> Answer(JsonObject request) => Text(request, "command") switch
    {
        "jobs" => Look((farm, _) => FarmText.Jobs(farm)),
        "job" => Look((farm, now) => FarmText.Job(farm, JobNames.Find(farm.State, Text(request, "job")).Spec.Id, now)),
        "nodes" => Look((farm, _) => FarmText.Nodes(farm)),
        "pause" => DoTo(request, job => new PauseJob(job.Id, ByHand), ControlText.Paused),
        "resume" => DoTo(request, job => new ResumeJob(job.Id), ControlText.Resumed),
        "cancel" => DoTo(request, job => new CancelJob(job.Id), ControlText.Cancelled),
        "retry" => Retry(request, request["dropped"]?.GetValue<bool>() ?? false),
        "priority" =>
            DoTo(request, job => new SetJobPriority(job.Id, Priority(request)), job => ControlText.Priority(job, Priority(request))),
        "drain" => Drain(new NodeId(Text(request, "node")), request["draining"]?.GetValue<bool>() ?? true),
        "submit" =>
            Do(new SubmitJob(request["spec"].Deserialize<JobSpec>(WireJson.Options) ?? throw new FormatException("submit without a spec"))),
        var other => throw new FormatException($"unknown command '{other}'; is that stylefarm newer?"),
    };

    static int Priority(JsonObject request) => request["priority"]!.GetValue<int>();

    static string Text(JsonObject request, string key) =>
        request[key]?.GetValue<string>() ?? throw new FormatException($"a request without '{key}'");

    /// <summary>What the question throws is thrown here: in the coordinator it would bring that down.</summary>
    async Task<T> Look<T>(Func<Coordinator.Farm, TimeSpan, T> question)
        where T : class
    {
        var answer = await coordinator.Ask<object>(new Look((farm, now) =>
        {
            try
            {
                return question(farm, now);
            }
            catch (StyleFarmException e)
            {
                return new Refused(e.Message);
            }
        }), Patience).ConfigureAwait(false);
        return answer is Refused refused ? throw StyleFarmException.BadUsage(refused.Message) : (T)answer;
    }

    Task<JobGlance> JobOf(JsonObject request) => Look((farm, _) => JobGlance.Of(farm, JobNames.Find(farm.State, Text(request, "job"))));

    async Task<JsonObject> DoTo(JsonObject request, Func<JobGlance, FarmCommand> command, Func<JobGlance, string> told)
    {
        var job = await JobOf(request).ConfigureAwait(false);
        return await Do(command(job), told(job)).ConfigureAwait(false);
    }

    async Task<JsonObject> Retry(JsonObject request, bool stopped)
    {
        var job = await JobOf(request).ConfigureAwait(false);
        var cells = stopped ? job.Stopped : job.Failed;
        return await Do(new RetryJob(job.Id, stopped), ControlText.Retried(job, cells, stopped)).ConfigureAwait(false);
    }

    async Task<JsonObject> Drain(NodeId node, bool isDraining)
    {
        var others = await Look((farm, _) => (object)farm.Presence.Nodes.Values.Count(other => other.Id != node && !other.IsDraining))
            .ConfigureAwait(false);
        return await Do(new SetNodeDraining(node, isDraining), ControlText.Drained(node, isDraining, (int)others)).ConfigureAwait(false);
    }

    async Task<JsonObject> Do(FarmCommand command, string? told = null) =>
        await coordinator.Ask<object>(new Request(command), Patience).ConfigureAwait(false) is Refused refused
            ? throw StyleFarmException.BadUsage(refused.Message)
            : new JsonObject { ["ok"] = true, ["message"] = told };
}
