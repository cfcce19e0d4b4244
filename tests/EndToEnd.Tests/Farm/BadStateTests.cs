using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>Folders that are damaged, full or closed: exit code 2, the place and the remedy, and everything done is kept.</summary>
public sealed class BadStateTests : IDisposable
{
    readonly FarmStudio _studio = new FarmStudio().WithPhotos("photos/a.png", "photos/b.png");

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task A_damaged_journal_is_named_and_can_be_moved_away_without_loss()
    {
        (await _studio.RunAsync(FarmStudio.Batch("--steps", "2"))).Succeeds();
        var finishes = _studio.Finishes();
        var bytes = File.ReadAllBytes(_studio["state/farm.db"]);
        for (var i = 100; i < bytes.Length; i += 50) bytes[i] ^= 0x55;
        File.WriteAllBytes(_studio["state/farm.db"], bytes);

        (await _studio.RunAsync(FarmStudio.Batch("--steps", "2"))).IsRefused("state/farm.db: ", "damaged", "away");

        foreach (var file in Directory.GetFiles(_studio["state"], "farm.db*")) File.Move(file, file + ".old");
        File.Delete(_studio["out/a.png"]);
        var again = (await _studio.RunAsync(FarmStudio.Batch("--steps", "2"))).Succeeds();
        Assert.Empty(again.EventsOf("losses"));
        Assert.Equal(["a.png", "b.png"], _studio.Files("out", "*.png"));
        Assert.Equal(finishes, _studio.Finishes());
    }

    [Fact]
    public async Task A_folder_of_results_that_cannot_be_written_is_refused_before_anything_is_rendered()
    {
        (await _studio.RunAsync(FarmStudio.Batch("--out", "/proc/out"))).IsRefused("/proc/out", "cannot be written");
        (await _studio.RunAsync(FarmStudio.Batch("--out", "style.png/out"))).IsRefused("style.png", "folder");
        (await _studio.RunAsync(FarmStudio.Batch("--state", "/proc/state"))).IsRefused("/proc/state: the state folder", "--state");

        Assert.Empty(_studio.Cells());
    }

    [Fact]
    public async Task A_disk_that_fills_up_midway_costs_nothing_but_time()
    {
        using var disk = TinyDisk.TryMount(_studio["disk"], sizeKilobytes: 4096);
        Assert.SkipWhen(disk is null, TinyDisk.Reason);
        var command = FarmStudio.Batch("--state", "disk/state", "--steps", "40");
        var ballast = Path.Combine(disk.Path, "ballast");
        using (var run = _studio.Start(command))
        {
            await run.ReadUntilAsync(line => FarmStudio.IsAtStep(line, 6));
            Fill(ballast);
            (await run.EndAsync()).IsRefused("disk/state/", "full", "free");
        }

        Assert.Equal(2, _studio.Cells("disk/state").Length);
        new StateAudit(_studio["disk/state"], Assert.Fail).Look(new Dictionary<string, int>());
        File.Delete(ballast);
        (await _studio.RunAsync(command)).Succeeds();

        Assert.Equal(["a.png", "b.png"], _studio.Files("out", "*.png"));
        Assert.All(_studio.Cells("disk/state"), cell => Assert.True(File.Exists(Path.Combine(cell, "result.json"))));
    }

    /// <summary>Takes all that is left on a disk, also while somebody else writes there.</summary>
    static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var block = new byte[4096]; ;) file.Write(block);
        }
        catch (IOException)
        {
            // Full.
        }
    }
}
