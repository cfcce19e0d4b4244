using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.EndToEnd.Tests.Farm;
using StyleFarm.TestKit.Services;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>A farm that is copied while it works, lost for good, and comes back.</summary>
public sealed class BackupTests(DevServices services) : IClassFixture<DevServices>
{
    const int Cells = 24;

    static readonly string[] Grid =
    [
        "style: [style.png]", "parameters:", "  style_weight: {log: [1000, 100000, 6]}", "  tv_weight: [0, 10]",
        "  optimizer.lr: [0.05, 0.1]",
    ];

    [Fact]
    public async Task A_farm_that_is_lost_in_the_middle_of_a_sweep_goes_on_from_its_backup_on_other_servers()
    {
        using var studio = await ClusterStudio.OpenAsync(services);
        Sweep(studio);
        (await studio.Files.RunAsync(FarmStudio.Sweep("--out", "alone", "--state", "alone-state"))).Succeeds();
        List<CliRun> processes = [await studio.ServeAsync("one"), .. await studio.NodesAsync("a", "b")];
        var submitted = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        await submitted.UntilFinishedAsync(3);

        (await studio.RunAsync("backup", "--to", "backup")).Succeeds();
        (await studio.RunAsync("restore", "--from", "backup")).IsRefused("one leads this farm; stop all of its servers");
        var lost = new FarmRemains(studio.Environment);
        var epoch = await lost.EpochAsync();
        foreach (var process in processes.Append(submitted)) process.Signal("KILL");
        foreach (var process in processes.Append(submitted)) await process.EndAsync();
        await lost.DestroyAsync();
        var before = studio.Files.Files("backup/store", "result.json")
            .ToDictionary(key => key, key => File.ReadAllBytes(studio.Files[$"backup/store/{key}"]));
        Assert.InRange(before.Count, 3, Cells - 1);

        MoveAway(studio);
        (await studio.RunAsync("restore", "--from", "backup")).Succeeds();
        (await studio.RunAsync("restore", "--from", "backup")).IsRefused("only an empty one is filled");
        var restored = new FarmRemains(studio.Environment);
        Assert.True(await restored.EpochAsync() > epoch);
        await studio.ServeAsync("two");
        await studio.NodesAsync("c", "d");
        using var again = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        (await again.EndAsync()).Succeeds();

        await CheckAsync(studio, restored, before);
    }

    [Fact]
    public async Task A_farm_of_one_machine_moves_to_servers_by_its_backup()
    {
        using var studio = await ClusterStudio.OpenAsync(services);
        Sweep(studio);
        (await studio.Files.RunAsync(FarmStudio.Sweep("--out", "alone", "--state", "alone-state"))).Succeeds();
        using (var run = studio.Files.Start(FarmStudio.Sweep("--out", "grid", "--state", "small")))
        {
            var finished = 0;
            await run.ReadUntilAsync(line => FarmStudio.FinishedIn([line]).Any() && ++finished == 6);
            run.Signal("INT");
            Assert.Equal(130, (await run.EndAsync()).Code);
        }

        string[] small = ["--journal", $"sqlite:{studio.Files["small/farm.db"]}", "--store", $"dir:{studio.Files["small"]}"];
        (await studio.RunAsync(["backup", "--to", "backup", .. small])).Succeeds();
        (await studio.RunAsync("restore", "--from", "backup")).Succeeds();
        var before = studio.Files.Files("backup/store", "result.json")
            .ToDictionary(key => key, key => File.ReadAllBytes(studio.Files[$"backup/store/{key}"]));
        await studio.ServeAsync("one");
        await studio.NodesAsync("a", "b");
        using var submitted = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        (await submitted.EndAsync()).Succeeds();

        await CheckAsync(studio, new FarmRemains(studio.Environment), before);
    }

    [Fact]
    public async Task A_journal_that_is_lost_comes_back_without_the_store_and_finds_there_what_was_finished_since()
    {
        using var studio = await ClusterStudio.OpenAsync(services);
        Sweep(studio);
        List<CliRun> processes = [await studio.ServeAsync("one"), .. await studio.NodesAsync("a", "b")];
        var submitted = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        await submitted.UntilFinishedAsync(1);
        (await studio.RunAsync("backup", "--to", "backup", "--journal-only")).Succeeds();
        await submitted.UntilFinishedAsync(14);
        foreach (var process in processes.Append(submitted)) process.Signal("KILL");
        foreach (var process in processes.Append(submitted)) await process.EndAsync();
        var before = await new FarmRemains(studio.Environment).ObjectsAsync("/result.json");

        studio.Environment["STYLEFARM_JOURNAL"] = studio.Environment["STYLEFARM_JOURNAL"].Replace(studio.Schema, $"{studio.Schema}_b");
        (await studio.RunAsync("restore", "--from", "backup")).IsRefused("this backup has only the journal");
        (await studio.RunAsync("restore", "--from", "backup", "--journal-only")).Succeeds();
        await studio.ServeAsync("two");
        await studio.NodesAsync("c");
        using var again = studio.Submit(FarmStudio.Sweep("--out", "grid"));
        (await again.EndAsync()).Succeeds();

        var after = await new FarmRemains(studio.Environment).ObjectsAsync("/result.json");
        Assert.Equal(Cells, after.Count);
        var rendered = before.Count(finished => !finished.Value.AsSpan().SequenceEqual(after[finished.Key]));
        Assert.True(rendered == 0, $"{rendered} of {before.Count} finished cells were rendered again");
    }

    /// <summary>All pictures are what one process makes of the sweep, and what was finished before was not rendered again.</summary>
    static async Task CheckAsync(ClusterStudio studio, FarmRemains farm, Dictionary<string, byte[]> before)
    {
        var pictures = await farm.ObjectsAsync("/result.png");
        Assert.Equal(studio.Files.Files("alone-state", "result.png"), pictures.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Cells, pictures.Count);
        Assert.All(pictures, picture => Assert.Equal(File.ReadAllBytes(studio.Files[$"alone-state/{picture.Key}"]), picture.Value));
        foreach (var name in studio.Files.Files("alone", "*.png"))
            Assert.Equal(File.ReadAllBytes(studio.Files[$"alone/{name}"]), File.ReadAllBytes(studio.Files[$"grid/{name}"]));
        var provenance = await farm.ObjectsAsync("/result.json");
        Assert.All(before, finished => Assert.Equal(finished.Value, provenance[finished.Key]));
        // What the journal's snapshot has is no record any more.
        var published = await farm.CellsAsync("cell-published");
        Assert.Equal(published.Count, published.Distinct().Count());
        Assert.InRange(published.Count, Cells - before.Count, Cells);
        Assert.Empty((await farm.ObjectsAsync(".safetensors")).Keys);
    }

    static void MoveAway(ClusterStudio studio)
    {
        foreach (var name in (string[])["STYLEFARM_JOURNAL", "STYLEFARM_STORE"])
            studio.Environment[name] = studio.Environment[name].Replace(studio.Schema, $"{studio.Schema}_b", StringComparison.Ordinal);
    }

    static void Sweep(ClusterStudio studio)
    {
        var path = studio.Files.WithSweep(Grid)["grid.yaml"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("steps: 12", "steps: 24", StringComparison.Ordinal));
    }
}
