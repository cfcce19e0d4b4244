using System.Threading.Channels;
using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Children;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class HeartbeatGuardTests
{
    [Fact]
    public void What_only_resembles_the_clients_fault_is_none()
    {
        Assert.False(HeartbeatGuard.IsHarmless(new ChannelClosedException()));
        Assert.False(HeartbeatGuard.IsHarmless(Record.Exception(HeartbeatReadTimerCallback)!));
        Assert.False(HeartbeatGuard.IsHarmless(new InvalidOperationException("RabbitMQ.Client.HeartbeatReadTimerCallback")));

        static void HeartbeatReadTimerCallback() => throw new ChannelClosedException();
    }

    [Theory]
    [InlineData("guarded", "that", true)]
    [InlineData("bare", "that", false)]
    [InlineData("guarded", "another", false)]
    public async Task A_process_outlives_the_clients_fault_only_and_only_when_it_is_guarded(string guard, string fault, bool livesOn)
    {
        var stop = TestContext.Current.CancellationToken;
        using var child = Child.Start("heartbeat", guard, fault);

        var (said, wrong) = (child.StandardOutput.ReadToEndAsync(stop), child.StandardError.ReadToEndAsync(stop));
        await child.WaitForExitAsync(stop);

        Assert.Equal(livesOn ? "alive\n" : "", await said);
        Assert.True(livesOn == (child.ExitCode == 0), await wrong);
    }
}
