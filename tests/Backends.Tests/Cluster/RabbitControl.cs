using System.Diagnostics;
using StyleFarm.TestKit;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary><c>rabbitmqctl</c> for the broker of a fixture.</summary>
static class RabbitControl
{
    const string Script = """
        set -euo pipefail
        cd "$1"; . ./common.sh; . ./rabbitmq.sh
        dir=$2; shift 2
        read_settings; rabbitmq_settings 1
        cd "$dir/rabbitmq/n1"; as_user rabbitmq "$rabbitmq_bin/rabbitmqctl" -q "$@"
        """;

    public static async Task<string> RunAsync(DevServices services, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", ["-c", Script, "ctl", Checkout.PathOf("scripts", "dev-services"), services.Folder,
            .. arguments])
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        };
        using var control = Process.Start(start)!;
        var (said, wrong) = (control.StandardOutput.ReadToEndAsync(), control.StandardError.ReadToEndAsync());
        await control.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(control.ExitCode == 0, $"rabbitmqctl {string.Join(' ', arguments)}: {await wrong}{await said}");
        return await said;
    }
}
