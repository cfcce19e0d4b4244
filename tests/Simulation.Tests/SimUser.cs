using StyleFarm.Actors;
using StyleFarm.Coordinator;
using StyleFarm.Coordinator.Actors;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Simulation.Tests;

/// <summary>Somebody who asks the coordinator for things; what he was told is never to be forgotten.</summary>
sealed class SimUser(FarmSimulation farm)
{
    readonly Dictionary<JobId, int> _submits = [];

    /// <summary>How often he was obeyed.</summary>
    public int TimesObeyed { get; private set; }

    /// <summary>Asks once, and does not mind.</summary>
    public void Try(FarmCommand command) => Ask(command, null);

    /// <summary>Asks until there is an answer.</summary>
    public void Must(FarmCommand command)
    {
        var isAnswered = false;
        Once();

        void Once()
        {
            if (isAnswered) return;
            Ask(command, () => isAnswered = true);
            farm.After(TimeSpan.FromSeconds(5), Once);
        }
    }

    void Ask(FarmCommand command, Action? answered)
    {
        if (command is SubmitJob submit) _submits[submit.Spec.Id] = _submits.GetValueOrDefault(submit.Spec.Id) + 1;
        var submits = command is CancelJob cancel ? _submits.GetValueOrDefault(cancel.Job) : 0;
        farm.Log?.Add($"user: {(command is SubmitJob job ? $"SubmitJob {job.Spec.Id}" : command)}");
        Action<object> heard = answer =>
        {
            farm.Log?.Add($"user: {command.GetType().Name} answered: {answer}");
            answered?.Invoke();
            if (answer is not Obeyed) return;
            TimesObeyed++;
            Check(command, submits);
        };
        farm.Coordinators.Address.Tell(new Request(command), farm.World.System.ActorOf(Props.Create(() => new Asker(heard))));
    }

    void Check(FarmCommand command, int submits)
    {
        var jobs = farm.Ledger.State.Jobs;
        var isKept = command switch
        {
            SubmitJob submit => jobs.ContainsKey(submit.Spec.Id),
            CancelJob cancel => jobs[cancel.Job].Status == JobStatus.Cancelled || _submits[cancel.Job] > submits,
            _ => true,
        };
        if (!isKept) farm.Break("what a user was told is kept", $"{command}");
    }

    sealed class Asker : ReceiveActor
    {
        public Asker(Action<object> answered) => ReceiveAny(answer =>
        {
            answered(answer);
            Context.Stop(Self);
        });
    }
}
