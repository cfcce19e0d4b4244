namespace StyleFarm.Conformance;

/// <summary>
/// A play for actors whose transcript is the same on every runtime and in every interleaving: what the subset means, beyond its signatures.
/// </summary>
sealed record Scenario(string Name, string Expected, Func<Stage, Task> PlayAsync)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. MessageScenarios.All, .. FailureScenarios.All, .. WatchScenarios.All,
        .. TimeScenarios.All, .. AsyncScenarios.All, .. EndScenarios.All,
    ];

    public static Scenario Named(string name) => All.Single(scenario => scenario.Name == name);

    public override string ToString() => Name;
}

/// <summary>What a play has: a system of its own and a recorder.</summary>
sealed class Stage
{
    public Stage(ActorSystem system)
    {
        System = system;
        Log = system.ActorOf(Props.Create(() => new Recorder()), "recorder");
    }

    public ActorSystem System { get; }

    /// <summary>Takes the lines of the transcript.</summary>
    public IActorRef Log { get; }

    public IActorRef Actor(Props props, string? name = null) => System.ActorOf(props, name);

    public void Note(string line) => Log.Tell(line, ActorRefs.NoSender);

    /// <summary>All lines that were there when a play waited for them last.</summary>
    public string Transcript { get; private set; } = "";

    /// <summary>Until the transcript has that many lines.</summary>
    public async Task LinesAsync(int count) => Transcript = await Log.Ask<string>(new Recorder.Want(count), TimeSpan.FromSeconds(30));

    /// <summary>Until the actor has done all that it was sent before.</summary>
    public static Task SettleAsync(IActorRef actor) => actor.Ask<ActorIdentity>(new Identify(0), TimeSpan.FromSeconds(30));
}

/// <summary>Collects lines and tells those who wait for a number of them.</summary>
sealed class Recorder : ReceiveActor
{
    readonly List<string> _lines = [];
    readonly List<(IActorRef Asker, int Count)> _waiting = [];

    public Recorder()
    {
        Receive<string>(line =>
        {
            _lines.Add(line);
            Answer();
        });
        Receive<Want>(want =>
        {
            _waiting.Add((Sender, want.Count));
            Answer();
        });
    }

    void Answer()
    {
        foreach (var (asker, count) in _waiting.Where(entry => entry.Count <= _lines.Count).ToArray())
        {
            asker.Tell(string.Join(", ", _lines));
            _waiting.Remove((asker, count));
        }
    }

    public sealed record Want(int Count);
}
