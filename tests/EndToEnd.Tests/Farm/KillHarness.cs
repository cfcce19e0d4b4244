using System.Diagnostics;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>What is killed, how often.</summary>
/// <param name="Name">What it is called in messages.</param>
/// <param name="Command">The command for a state folder and a folder of results.</param>
/// <param name="Cells">The cells that it comes to.</param>
/// <param name="Kills">How often it is killed.</param>
/// <param name="Seed">Draws the moments.</param>
sealed record KillPlan(string Name, Func<string, string, string[]> Command, int Cells, int Kills, int Seed);

/// <summary>
/// Runs a command undisturbed, then kills the same command with SIGKILL at moments drawn from all of its duration, start-up included, and
/// starts it again, until the kills are used up; then lets it end. A command that ends before is begun anew on an empty state folder. After
/// each kill the state folder is audited, at each end the results are held against the undisturbed ones.
/// </summary>
/// <param name="studio">The folder that it all happens in.</param>
/// <param name="plan">What is killed, how often.</param>
/// <param name="say">Takes progress for people.</param>
sealed class KillHarness(FarmStudio studio, KillPlan plan, Action<string> say)
{
    readonly Random _random = new(plan.Seed);
    readonly HashSet<string> _finished = [];
    Dictionary<string, int> _steps = [];
    TimeSpan _latest;
    int _kills;
    string _phase = "undisturbed";

    /// <summary>Does it all.</summary>
    public async Task RunAsync()
    {
        say($"{plan.Name}: seed {plan.Seed}, {plan.Kills} kills; again: {Replay}");
        await RunUndisturbedAsync();
        for (var round = 1; _kills < plan.Kills; round++)
        {
            Require(round <= plan.Kills + 2, "hardly any kill comes before the command has ended");
            await RunRoundAsync($"round {round}", $"state-{round}", $"out-{round}");
        }
    }

    string Replay => $"bench/kill {plan.Kills} {plan.Seed}";

    async Task RunUndisturbedAsync()
    {
        var watch = Stopwatch.StartNew();
        using var run = studio.Start(plan.Command("calm", "calm-out"));
        await run.ReadUntilAsync(line => FarmStudio.IsAtStep(line, 0));
        var startUp = watch.Elapsed;
        (await run.EndAsync()).Succeeds();
        var work = watch.Elapsed - startUp;
        _latest = startUp + 2 * work / plan.Kills;
        var audit = new StateAudit(studio["calm"], Fail);
        audit.Look(_steps);
        Require(studio.Finishes("calm").Count == plan.Cells, $"{studio.Finishes("calm").Count} cells were finished, expected {plan.Cells}");
        say($"undisturbed: first step after {startUp.TotalSeconds:F1} s, the rest took {work.TotalSeconds:F1} s");
    }

    async Task RunRoundAsync(string name, string state, string output)
    {
        _finished.Clear();
        var audit = new StateAudit(studio[state], Fail);
        for (var hasEnded = false; !hasEnded;)
        {
            _phase = $"{name}, after kill {_kills} of {plan.Kills}";
            hasEnded = await RunOnceAsync(plan.Command(state, output), _kills < plan.Kills ? NextMoment() : null);
            if (!hasEnded) _kills++;
            // The machine may have been busier in the undisturbed run: sooner, then.
            else if (_kills < plan.Kills) _latest *= 2.0 / 3;
            audit.Look(_steps);
            audit.CheckFiles(studio[output]);
        }

        CompareAll(state, output);
        Require(audit.WorstUndone <= FarmStudio.Interval,
            $"{audit.WorstUndone} steps that stood in a checkpoint were repeated, the interval is {FarmStudio.Interval}");
        say($"{name}: {_kills} kills so far, {audit.FilesRead} files read, {audit.Resumptions} resumptions of cells; worst: "
            + $"{audit.WorstUndone} steps before a cell's newest checkpoint, {audit.WorstRepeated} before the latest step told "
            + $"(interval {FarmStudio.Interval})");
    }

    /// <summary>Some of the moments come before the first step; progress is such that the kills are about used up at the end.</summary>
    TimeSpan NextMoment() => _random.NextDouble() * _latest;

    /// <returns>Whether the command came to its end.</returns>
    async Task<bool> RunOnceAsync(string[] command, TimeSpan? moment)
    {
        using var run = studio.Start(command);
        var end = run.EndAsync();
        if (moment is { } wait) await Task.WhenAny(end, Task.Delay(wait, TimeProvider.System, TestContext.Current.CancellationToken));
        else await end;
        if (!end.IsCompleted) run.Signal("KILL");
        var result = await end;
        foreach (var cell in FarmStudio.FinishedIn(result.Output)) Require(_finished.Add(cell), $"cell {cell} was finished twice");
        _steps = FarmStudio.StepsIn(result.Output);
        if (result.Code == 137) return false;
        Require(result.Code == 0, $"exit code {result.Code}\n{string.Join('\n', result.Output.TakeLast(5).Concat(result.Errors))}");
        return true;
    }

    /// <summary>Every cell and every result is there once, and is what it is without kills, to the bit.</summary>
    void CompareAll(string state, string output)
    {
        Require(studio.Cells(state).Length == plan.Cells && studio.Finishes(state).Count == plan.Cells,
            $"{studio.Finishes(state).Count} of {studio.Cells(state).Length} cells are finished, expected {plan.Cells} of {plan.Cells}");
        Require(studio.Files($"{state}/cells", "*.safetensors").Length == 0, "checkpoints of finished cells are left");
        Require(!studio.Files($"{state}/cells").Any(path => path.Contains("/attempts/", StringComparison.Ordinal)),
            "attempts of finished cells are left");
        foreach (var folder in studio.Cells("calm").Select(Path.GetFileName))
            Compare($"calm/cells/{folder}/result.png", $"{state}/cells/{folder}/result.png");
        var (calm, killed) = (studio.Files("calm-out"), studio.Files(output));
        Require(calm.SequenceEqual(killed), $"the results are {string.Join(", ", killed)}, expected {string.Join(", ", calm)}");
        foreach (var picture in calm.Where(path => path.EndsWith(".png", StringComparison.Ordinal)))
            Compare($"calm-out/{picture}", $"{output}/{picture}");
    }

    void Compare(string calm, string killed)
    {
        Require(File.Exists(studio[killed]), $"{killed} is not there");
        var expected = ImageFile.Load(studio[calm], SizeSpec.Original);
        var actual = ImageFile.Load(studio[killed], SizeSpec.Original);
        var differing = expected.Size != actual.Size ? expected.Pixels.Length
            : expected.Pixels.Zip(actual.Pixels).Count(pair => pair.First != pair.Second);
        Require(differing == 0, $"{killed} differs from the undisturbed picture in {differing} of {expected.Pixels.Length} values");
    }

    void Require(bool isSo, string otherwise)
    {
        if (!isSo) Fail(otherwise);
    }

    void Fail(string what) => Assert.Fail($"{plan.Name}, {_phase}: {what}\nseed {plan.Seed}; again: {Replay}");
}
