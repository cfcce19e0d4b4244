
namespace StyleFarm.EndToEnd.Tests.Chaos;

/// <summary>A user who keeps the farm busy: sweeps and archives in turn, each with cells of its own, handed over again until it is taken.</summary>
/// <param name="farm">The farm.</param>
/// <param name="journal">Says how much is left to do.</param>
/// <param name="steps">Of each cell.</param>
sealed class ChaosWork(ChaosFarm farm, JournalWatch journal, int steps)
{
    static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    /// <summary>Cells of each job.</summary>
    public const int CellsPerJob = 8;

    /// <summary>Jobs that were taken: number and id.</summary>
    public List<(int Number, string Id)> Taken { get; } = [];

    /// <summary>How often a job was not taken at once.</summary>
    public int Refusals { get; private set; }

    /// <summary>Jobs that are open at a time: more than all nodes have in hand, so that there is always something to place.</summary>
    const int OpenJobs = 3;

    /// <summary>Hands jobs over, until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                if (Taken.Count - journal.Jobs.Count(job => job.Value == "done") < OpenJobs) await SubmitAsync(Taken.Count + 1, stop);
                else await Task.Delay(Glance, TimeProvider.System, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough.
        }
    }

    /// <summary>
    /// Waits until all is done. A cell that was on three nodes that were killed is taken for their killer and quarantined: the user, who
    /// knows better, asks for it again.
    /// </summary>
    /// <returns>The number of such cells.</returns>
    public async Task<int> EndAsync(ChaosRun run)
    {
        for (var quarantined = 0; ;)
        {
            await run.UntilAsync(() => journal.Jobs.Count == Taken.Count && journal.Jobs.All(job => job.Value == "done"), "jobs are not done");
            if (journal.GivenUp is not { Count: > 0 } givenUp) return quarantined;
            quarantined += givenUp.Count;
            Assert.All(givenUp, cell => Assert.StartsWith("quarantined: 3 nodes died", cell.GaveUp));
            foreach (var job in givenUp.Select(cell => cell.Job).Distinct()) (await farm.AskAsync("retry", job)).Succeeds();
            await run.UntilAsync(() => journal.GivenUp.Count == 0, "cells were not tried again");
        }
    }

    /// <summary>The command of a job, for one process or for the farm.</summary>
    /// <param name="number">From 1.</param>
    /// <param name="output">The folder of the results.</param>
    public string[] Command(int number, string output)
    {
        string[] what = number % 3 == 0
            ? ["batch", $"photos-{number}", "--style", "style.png", "--recipe", "d2l", "--size", "64", "--steps", $"{steps}"]
            : ["sweep", $"grid-{number}.yaml"];
        return [.. what, "--out", output, "--weights", "seeded:1", "--shard-size", "2", "--checkpoint-every", $"{ChaosFarm.Interval}", "--json"];
    }

    async Task SubmitAsync(int number, CancellationToken stop)
    {
        if (number % 3 == 0)
            for (var i = 0; i < CellsPerJob; i++) farm.Files.Paint($"photos-{number}/{i}.png", (uint)(number * CellsPerJob + i));
        else
            await File.WriteAllLinesAsync(farm.Files[$"grid-{number}.yaml"],
            [
                "content: [content.png]", "style: [style.png]", "recipe: d2l", "size: 64", $"steps: {steps}", "parameters:",
                $"  style_weight: [{1000 + number}, {20000 + number}]", "  tv_weight: [0, 10]", "  optimizer.lr: [0.05, 0.1]",
            ], stop);
        while (true)
        {
            var result = await farm.AskAsync(["submit", .. Command(number, $"out/{number}")]);
            if (result.Code == 0)
            {
                Taken.Add((number, (string)result.Events.Last()["job"]!));
                return;
            }

            Refusals++;
            await Task.Delay(Glance, TimeProvider.System, stop);
        }
    }

    /// <summary>Renders a job in one process, without servers or faults, and gives the number of pictures that are the same to the bit.</summary>
    public async Task<int> CompareAsync(int number)
    {
        using var alone = farm.Files.Start([.. Command(number, $"alone/{number}"), "--state", $"state-alone-{number}", "--threads", "1"]);
        (await alone.EndAsync()).Succeeds();
        var names = farm.Files.Files($"alone/{number}", "*.png");
        Assert.Equal(names, farm.Files.Files($"out/{number}", "*.png"));
        foreach (var name in names)
            Assert.True(File.ReadAllBytes(farm.Files[$"alone/{number}/{name}"]).AsSpan().SequenceEqual(
                File.ReadAllBytes(farm.Files[$"out/{number}/{name}"])), $"job {number}: {name} is not the picture of an undisturbed run");
        return names.Length;
    }
}
