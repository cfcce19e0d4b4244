using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>Commands to a farm that runs in another terminal: what they tell, what they do, and how they end.</summary>
public sealed class ControlTests : IDisposable
{
    /// <summary>More than any test waits for.</summary>
    const string Endless = "1000000";

    readonly FarmStudio _studio = new FarmStudio().WithPhotos("photos/a.png", "photos/b.png");

    public void Dispose() => _studio.Dispose();

    [Fact]
    public async Task A_job_is_paused_resumed_drained_and_given_up_and_can_be_begun_again()
    {
        var command = FarmStudio.Batch("--steps", Endless);
        using (var run = _studio.Start(command))
        {
            await run.ReadUntilAsync(line => FarmStudio.IsAtStep(line, 4));
            var job = (string)(await ToldAsync("ls", "--json")).Events.Single()["jobs"]![0]!["job"]!;

            Assert.Contains("rendering", (await ToldAsync("show", "photos")).Text);
            Assert.Contains($"{job} is paused: ", (await ToldAsync("pause", job[..8])).Text);
            Assert.Contains("is paused already", (await ToldAsync("pause", job)).Text);
            Assert.Contains("paused by hand", (await ToldAsync("show", job)).Text);
            Assert.Contains("goes on from its checkpoints", (await ToldAsync("resume", job)).Text);
            Assert.Contains("is not paused", (await ToldAsync("resume", job)).Text);
            Assert.Contains("has priority 70, before 50", (await ToldAsync("priority", job, "70")).Text);
            Assert.Contains("no other node takes work", (await ToldAsync("drain", "local")).Text);
            Assert.True((bool)(await ToldAsync("nodes", "--json")).Events.Single()["nodes"]![0]!["draining"]!);
            Assert.Contains("local takes work again", (await ToldAsync("drain", "local", "--undo")).Text);
            Assert.Contains("has no failed cells", (await ToldAsync("retry", job)).Text);
            Assert.Contains("0 finished pictures stay", (await ToldAsync("cancel", job)).Text);

            var ended = await run.EndAsync();
            Assert.Equal(1, ended.Code);
            Assert.Empty(ended.Errors);
            Assert.Equal(2, (int)ended.EventsOf("result").Single()["open"]!);
        }

        using var again = _studio.Start(command);
        Assert.NotNull(await again.ReadUntilAsync(line => FarmStudio.IsAtStep(line, 0)));
        again.Signal("INT");
        Assert.Equal(130, (await again.EndAsync()).Code);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_at_once_and_the_farm_goes_on()
    {
        (await _studio.RunAsync("ls", "--state", "state")).IsRefused("no farm runs on state", "--state");
        using var run = _studio.Start(FarmStudio.Batch("--steps", Endless));
        await run.ReadUntilAsync(line => FarmStudio.IsAtStep(line, 0));

        foreach (var command in new[] { "show", "pause", "resume", "cancel", "retry" })
            (await AskAsync(command, "nobody")).IsRefused("there is no job nobody; there are photos-");
        (await AskAsync("priority", "photos", "101")).IsRefused("priority 101: give 0 to 100");
        (await AskAsync("drain", "loca")).IsRefused("there is no node loca (did you mean 'local'?)");

        var seen = await run.ReadUntilAsync(line => line.Contains("\"event\":\"warning\"", StringComparison.Ordinal) || FarmStudio.IsAtStep(line, 8));
        Assert.True(FarmStudio.IsAtStep(seen!, 8), seen);
    }

    [Fact]
    public async Task Failed_cells_are_tried_again_when_that_is_asked_for()
    {
        // First in the archive, so that it has failed while the others are still being rendered.
        _studio.Write("photos/0-cut.jpg", ImageFile.Encode(Pictures.Noise(90, 90), ".jpg")[..3000]);
        using var run = _studio.Start(FarmStudio.Batch("--steps", "400", "--shard-size", "1"));
        await run.ReadUntilAsync(HasFailed);

        Assert.Contains("1 failed cells of photos-", (await ToldAsync("retry", "photos")).Text);

        Assert.NotNull(await run.ReadUntilAsync(HasFailed));

        static bool HasFailed(string line) => line.Contains("\"event\":\"cell\"", StringComparison.Ordinal)
            && line.Contains("\"state\":\"failed\"", StringComparison.Ordinal);
    }

    Task<CliResult> AskAsync(params string[] command) => _studio.RunAsync([.. command, "--state", "state"]);

    async Task<CliResult> ToldAsync(params string[] command) => (await AskAsync(command)).Succeeds();
}
