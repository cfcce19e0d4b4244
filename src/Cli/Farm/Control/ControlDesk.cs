using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Control;

/// <summary>Answers what other commands ask of a running farm.</summary>
sealed class ControlDesk(IActorRef coordinator)
{
    /// <summary>Why a job is paused that a person paused.</summary>
    public const string ByHand = "paused by hand";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Carries a request out.</summary>
    public Task<JsonObject> Answer(JsonObject request) => Text(request, "command") switch
    {
        "jobs" => Look((farm, _) => FarmText.Jobs(farm)),
        "job" => Look((farm, now) => FarmText.Job(farm, Job(request), now)),
        "nodes" => Look((farm, _) => FarmText.Nodes(farm)),
        "pause" => Do(new PauseJob(Job(request), ByHand)),
        "resume" => Do(new ResumeJob(Job(request))),
        "cancel" => Do(new CancelJob(Job(request))),
        "retry" => Do(new RetryJob(Job(request), request["dropped"]?.GetValue<bool>() ?? false)),
        "priority" => Do(new SetJobPriority(Job(request), request["priority"]!.GetValue<int>())),
        "drain" => Do(new SetNodeDraining(new NodeId(Text(request, "node")), request["draining"]?.GetValue<bool>() ?? true)),
        "submit" => Do(new SubmitJob(request["spec"].Deserialize<JobSpec>(WireJson.Options) ?? throw new FormatException("submit without a spec"))),
        var other => throw new FormatException($"unknown command '{other}'; is that stylefarm newer?"),
    };

    static JobId Job(JsonObject request) => new(Text(request, "job"));

    static string Text(JsonObject request, string key) => request[key]?.GetValue<string>() ?? throw new FormatException($"a request without '{key}'");

    Task<JsonObject> Look(Func<Coordinator.Farm, TimeSpan, JsonObject> question) => coordinator.Ask<JsonObject>(new Look(question), Patience);

    async Task<JsonObject> Do(FarmCommand command) =>
        await coordinator.Ask<object>(new Request(command), Patience).ConfigureAwait(false) is Refused refused
            ? new JsonObject { ["error"] = refused.Message }
            : new JsonObject { ["ok"] = true };
}
