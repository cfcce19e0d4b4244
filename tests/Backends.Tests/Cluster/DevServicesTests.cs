using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.TestKit;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>The script behind `stylefarm dev-services`.</summary>
public sealed class DevServicesTests : IAsyncLifetime
{
    readonly string _folder = Path.Combine(Path.GetTempPath(), $"stylefarm-services-test-{Guid.NewGuid():N}");

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(_folder)) return;
        await RunAsync("down");
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_server_is_started_killed_started_again_and_stopped()
    {
        await UpAsync();
        var first = await StatusAsync();
        Assert.Equal(0, (await RunAsync("kill", "postgres")).Code);
        var killed = await StatusAsync();
        await UpAsync();
        var second = await StatusAsync();
        Assert.Equal(0, (await RunAsync("down")).Code);
        var stopped = await StatusAsync();

        Assert.Equal([true, false, true, false], ((JsonNode[])[first, killed, second, stopped]).Select(one => (bool)one["services"]![0]!["up"]!));
        Assert.Equal((int)first["services"]![0]!["port"]!, (int)second["services"]![0]!["port"]!);
        var url = (string)first["environment"]!["STYLEFARM_JOURNAL"]!;
        Assert.StartsWith("postgres://farm:", url, StringComparison.Ordinal);
        Assert.Contains($"STYLEFARM_JOURNAL='{url}'", (await RunAsync("up", "postgres")).Said, StringComparison.Ordinal);
        Assert.Empty(stopped["environment"]!.AsObject());
    }

    [Fact]
    public async Task Servers_go_with_the_process_that_they_were_started_for()
    {
        using var process = Process.Start(new ProcessStartInfo("cat") { RedirectStandardInput = true })!;
        await UpAsync("--while", process.Id.ToString(CultureInfo.InvariantCulture));
        var server = (int)(await StatusAsync())["services"]![0]!["pid"]!;

        process.Kill();
        await process.WaitForExitAsync(Stop);
        while (Directory.Exists(_folder)) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Stop);

        // Gone, or dead and not yet buried.
        var state = File.Exists($"/proc/{server}/stat") ? await File.ReadAllTextAsync($"/proc/{server}/stat", Stop) : ") Z";
        Assert.Contains(") Z", state, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_installed_is_named_with_the_command_that_installs_it()
    {
        using var tools = new TempFolder();
        foreach (var tool in (string[])["dirname", "readlink", "ls", "sort", "tail", "mkdir"])
            File.CreateSymbolicLink(tools[tool], $"/usr/bin/{tool}");

        var (code, said) = await RunWithAsync(tools.Path, "up", "s3");

        Assert.Equal(3, code);
        Assert.Equal(
            "stylefarm: the S3 service (OpenStack Swift) is not installed; run: sudo apt-get install --no-install-recommends "
            + "swift-proxy swift-account swift-container swift-object", said);
    }

    [Theory]
    [InlineData("up mysql", "mysql: no such service or option; the services are rabbitmq, postgres and s3")]
    [InlineData("up --rabbit-nodes 2", "--rabbit-nodes 2: must be 1 or 3")]
    [InlineData("up --port-base 80", "--port-base 80: must be from 1024 to 65000")]
    [InlineData("restart postgres", "nothing was started there; use up first")]
    [InlineData("kill", "nothing was started there; use up first")]
    [InlineData("start", "usage: dev-services up|down|status")]
    [InlineData("up --dir", "usage: dev-services up|down|status")]
    public async Task A_wrong_command_is_answered_in_one_line(string command, string says)
    {
        var (code, said) = await RunAsync(command.Split(' '));

        Assert.Equal(2, code);
        Assert.Contains(says, said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said);
    }

    async Task UpAsync(params string[] more)
    {
        var (code, said) = await RunAsync(["up", "postgres", .. more]);
        if (code == 3) throw new ServiceAbsentException(said, DevServices.AreRequired);
        Assert.True(code == 0, said);
    }

    async Task<JsonNode> StatusAsync() => JsonNode.Parse((await RunAsync("status", "--json")).Said)!;

    Task<(int Code, string Said)> RunAsync(params string[] arguments) => RunWithAsync(null, arguments);

    async Task<(int Code, string Said)> RunWithAsync(string? path, params string[] arguments)
    {
        string[] place = arguments is [.., "--dir"] ? [] : ["--dir", _folder];
        var start = new ProcessStartInfo(
            "/bin/bash", [Checkout.PathOf("scripts", "dev-services", "dev-services.sh"), arguments[0], .. place, .. arguments[1..]])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        if (path is not null) start.Environment["PATH"] = path;
        using var script = Process.Start(start)!;
        var (told, warned) = (script.StandardOutput.ReadToEndAsync(Stop), script.StandardError.ReadToEndAsync(Stop));
        await script.WaitForExitAsync(Stop);
        return (script.ExitCode, (await told + await warned).Trim());
    }
}
