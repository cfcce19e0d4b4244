using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Tests.Children;
using StyleFarm.Messages;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

public sealed class StateLockTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_that_another_process_has_is_refused_with_its_name_until_it_is_killed()
    {
        using var child = Child.Start("lock", _folder["state"]);
        Assert.Equal("held", await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        var error = Assert.Throws<StyleFarmException>(() => StateLock.Acquire(_folder["state"]));

        Assert.Equal(ErrorCode.BadInput, error.Code);
        Assert.Matches($@"state: process {child.Id} \(.*--child lock .*, since \d{{4}}-\d\d-\d\d .* UTC\) is working with this state "
            + "folder; wait for it, stop it, or give another --state$", error.Message);
        child.Kill();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        StateLock.Acquire(_folder["state"]).Dispose();
    }

    [Fact]
    public void A_folder_is_taken_once_in_one_process_too_and_free_after_dispose()
    {
        var first = StateLock.Acquire(_folder.Path);
        var error = Assert.Throws<StyleFarmException>(() => StateLock.Acquire(_folder.Path));
        Assert.Contains($"process {Environment.ProcessId} ", error.Message, StringComparison.Ordinal);

        first.Dispose();

        StateLock.Acquire(_folder.Path).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"pid\":1,\"host\":\"elsewhere\",\"command\":\"old\"")]
    [InlineData("not json at all")]
    public void What_a_dead_process_left_in_the_file_is_no_obstacle(string left)
    {
        File.WriteAllText(_folder[".lock"], left + new string('x', 10_000));

        StateLock.Acquire(_folder.Path).Dispose();

        Assert.StartsWith($"{{\"pid\":{Environment.ProcessId},", File.ReadAllText(_folder[".lock"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_holder_that_did_not_sign_is_another_process()
    {
        using var held = new FileStream(_folder[".lock"], FileMode.Create, FileAccess.Write, FileShare.None);

        var error = Assert.Throws<StyleFarmException>(() => StateLock.Acquire(_folder.Path));

        Assert.Contains(": another process is working with", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_in_the_place_of_the_folder_is_named()
    {
        File.WriteAllText(_folder["state"], "");

        var error = Assert.Throws<StyleFarmException>(() => StateLock.Acquire(_folder["state"]));

        Assert.Equal(ErrorCode.BadInput, error.Code);
        Assert.Contains("the state folder cannot be written", error.Message, StringComparison.Ordinal);
    }
}
