using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A broker of three nodes, one of which is killed after the other.</summary>
public sealed class RabbitClusterTests
{
    const string Coordinator = IFabric.Coordinator;
    const string Node = "node.a";

    [Fact]
    public async Task Whichever_member_is_killed_the_same_fabrics_go_on_and_all_arrives()
    {
        await using var services = DevServices.Own(rabbitNodes: 3);
        await using var farm = new RabbitFarm(services);
        var (here, there) = (await farm.ConnectAsync("coordinator"), await farm.ConnectAsync(Node));
        var (leader, worker) = (new FabricListener(), new FabricListener());
        using var coordinator = here.Listen(Coordinator, leader);
        using var node = there.Listen(Node, worker);

        // A member that is killed while the queue is young loses its part in it for good.
        await Task.Delay(TimeSpan.FromSeconds(2.5), TimeProvider.System, TestContext.Current.CancellationToken);

        for (var member = 1; member <= 3; member++)
        {
            await HearAsync($"before {member}");
            await services.KillAsync($"rabbitmq{member}");
            for (var i = 0; i < 100; i++) there.Send(Node, Coordinator, Hello($"{member}.{i}"));

            var heard = new HashSet<string>();
            await farm.UntilAsync(() => Enumerable.Range(0, 100).All(i => heard.Contains($"node.a: hello {member}.{i}")) || More(heard),
                "all messages");
            await HearAsync($"after {member}");
            await services.ReviveAsync($"rabbitmq{member}");
        }

        Assert.All(farm.Notices, line => Assert.DoesNotContain("made anew", line, StringComparison.Ordinal));

        bool More(HashSet<string> heard)
        {
            heard.UnionWith(leader.Rest());
            return false;
        }

        async Task HearAsync(string what)
        {
            var (up, down) = (false, false);
            await farm.UntilAsync(
                () =>
                {
                    if (!up) there.Send(Node, Coordinator, Hello(what));
                    if (!down) here.Send(Coordinator, Node, Hello(what));
                    up = up || leader.Rest().Contains($"node.a: hello {what}");
                    down = down || worker.Rest().Contains($"coordinator: hello {what}");
                    return up && down;
                },
                $"both hearing {what}");
        }
    }

    static NodeHello Hello(string incarnation) => new() { Node = new NodeId("a"), Incarnation = incarnation };
}
