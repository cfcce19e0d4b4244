using StyleFarm.EndToEnd.Tests.Farm;
using StyleFarm.TestKit.Services;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>The benches of a farm on servers measure what they say; how fast it is, is not judged here.</summary>
public sealed class BenchTests(ClusterServices services) : IClassFixture<ClusterServices>
{
    [Fact]
    public async Task Simulated_nodes_have_a_connection_each_and_the_coordinator_its_journal_in_the_database()
    {
        using var studio = new FarmStudio();
        var (fabric, journal) = (await services.Servers.StartAsync(Service.RabbitMq), await services.Servers.StartAsync(Service.Postgres));

        var ended = await studio.RunAsync("bench", "farm", "--nodes", "6", "--cells", "480", "--shard-ms", "100", "--shard-spread", "20",
            "--fabric", fabric.Url, "--journal", journal.Url);

        var figures = Assert.Single(ended.Succeeds().Events);
        Assert.Equal((7, 0, 0), ((int)figures["connections"]!, (long)figures["lost_messages"]!, (long)figures["reconnects"]!));
        // 20 shards to a node, one after another.
        Assert.InRange((double)figures["seconds"]!, 1.5, 120);
        Assert.InRange((double)figures["utilisation"]!, 0.01, 1);
        Assert.InRange((double)figures["to_coordinator_ms_median"]!, 0.01, (double)figures["to_coordinator_ms_p99"]!);
        Assert.InRange((double)figures["to_node_ms_median"]!, 0.01, (double)figures["to_node_ms_p99"]!);
        Assert.True((double)figures["messages_per_second"]! * (double)figures["seconds"]! > 480);
        Assert.DoesNotContain("farm:", (string)figures["fabric"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_is_measured_at_each_size_and_from_its_first_record()
    {
        using var studio = new FarmStudio();
        var journal = await services.Servers.StartAsync(Service.Postgres);

        foreach (var url in new[] { journal.Url, "sqlite" })
        {
            var ended = await studio.RunAsync("bench", "journal", "--journal", url, "--seconds", "1", "--batch", "1", "64", "--json");
            var lines = ended.Succeeds().Events.ToList();

            Assert.Equal([1, 64], lines.Where(line => line.ContainsKey("p99_milliseconds")).Select(line => (int)line["batch"]!));
            Assert.Equal(url == "sqlite" ? 0 : 1, lines.Count(line => line.Count == 2));
            Assert.True((double)lines[^1]["records_per_second"]! > 0);
        }
    }

    [Fact]
    public async Task What_cannot_be_measured_is_said_in_one_line()
    {
        using var studio = new FarmStudio();

        (await studio.RunAsync("bench", "journal", "--journal", "sqlite:nowhere")).IsRefused("--journal", "the folder must be there");
        (await studio.RunAsync("bench", "farm", "--journal", "postgres://a:b@127.0.0.1:9/c", "--cells", "1")).IsRefused("no connection");
        (await studio.RunAsync("bench", "farm", "--fabric", "amqp://a:b@127.0.0.1:9", "--cells", "1")).IsRefused("127.0.0.1:9");
    }
}
