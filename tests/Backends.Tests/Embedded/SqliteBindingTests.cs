using StyleFarm.Backends.Tests.Children;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Embedded;

/// <summary>libvips brings the system's SQLite into the process; ours must not end in it.</summary>
public sealed class SqliteBindingTests
{
    [Fact]
    public async Task Another_sqlite_in_the_process_takes_no_call_of_ours()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only there libraries share their names");
        using var folder = new TempFolder();
        using var child = Child.Start("sqlite-beside", "libsqlite3.so.0", folder["farm.db"]);

        var printed = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.SkipWhen(child.ExitCode == Child.NoSuchLibrary, "the system has no SQLite of its own");
        Assert.Equal(0, child.ExitCode);
        var versions = printed.Trim().Split(' ');
        Assert.Equal(2, versions.Length);
        Assert.Equal(versions[0], versions[1]);
    }
}
