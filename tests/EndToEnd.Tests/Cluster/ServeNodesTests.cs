using StyleFarm.EndToEnd.Tests.Cli;
using StyleFarm.EndToEnd.Tests.Farm;
using StyleFarm.TestKit.Services;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>`serve --nodes N`: nodes in the serving process.</summary>
public sealed class ServeNodesTests(DevServices services) : IClassFixture<DevServices>
{
    const string Listens = "listens on ";

    static readonly string[] Node = ["--weights", "seeded:1", "--threads", "1", "--device", "cpu", "--listen", "http://127.0.0.1:0"];

    [Fact]
    public async Task A_farm_of_one_process_renders_with_so_many_nodes()
    {
        using var studio = new FarmStudio();
        studio.WithPhotos([.. Enumerable.Range(0, 12).Select(number => $"photos/{number:D2}.png")]);
        using var server = studio.Start(["serve", "--nodes", "2", "--state", "served", .. Node]);
        var url = await UrlAsync(server);

        (await studio.RunAsync([.. Submit("batch", FarmStudio.Batch("--out", "painted")), "--server", url])).Succeeds();

        var nodes = await studio.RunAsync("nodes", "--json", "--server", url);
        Assert.Contains("local-1", nodes.Text);
        Assert.Contains("local-2", nodes.Text);
        (await studio.RunAsync(FarmStudio.Batch("--out", "alone"))).Succeeds();
        Assert.Equal(12, studio.Files("painted", "*.png").Length);
        Assert.All(studio.Files("alone", "*.png"), name =>
            Assert.Equal(File.ReadAllBytes(studio[$"alone/{name}"]), File.ReadAllBytes(studio[$"painted/{name}"])));
        server.Signal("TERM");
        var ended = await server.EndAsync();
        Assert.Contains("has ended in order", ended.Succeeds().Text);
    }

    [Fact]
    public async Task Nodes_of_servers_work_for_whoever_leads_and_leave_their_work_at_checkpoints()
    {
        using var studio = await ClusterStudio.OpenAsync(services);
        studio.Files.WithPhotos([.. Enumerable.Range(0, 20).Select(number => $"photos/{number:D2}.png")]);
        var one = studio.Start(["serve", "--name", "one", "--nodes", "1", "--state", "state-one", .. Node]);
        var servers = await UrlAsync(one);
        await ClusterStudio.UntilAsync(one, "one leads");
        var two = studio.Start(["serve", "--name", "two", "--nodes", "2", "--state", "state-two", .. Node]);
        servers += "," + await UrlAsync(two);
        var submitted = studio.Start([.. Submit("batch", FarmStudio.Batch("--out", "painted")), "--server", servers]);
        await submitted.UntilFinishedAsync(2);

        one.Signal("TERM");

        Assert.Contains("one has ended in order", (await one.EndAsync()).Succeeds().Text);
        (await submitted.EndAsync()).Succeeds();
        Assert.Equal(20, studio.Files.Files("painted", "*.png").Length);
        var nodes = (await studio.RunAsync("nodes", "--json", "--server", servers)).Text;
        Assert.Contains("two-1", nodes);
        Assert.Contains("two-2", nodes);
    }

    [Fact]
    public async Task A_name_that_no_node_can_have_is_refused()
    {
        using var studio = new FarmStudio();

        (await studio.RunAsync(["serve", "--nodes", "0", "--state", "served"])).IsRefused("--nodes 0", "from 1 to 64");
        (await studio.RunAsync(["serve", "--nodes", "2", "--device", "gpu", "--state", "served"])).IsRefused("--device gpu");
    }

    static async Task<string> UrlAsync(CliRun server)
    {
        var line = await server.ReadUntilAsync(line => line.Contains(Listens, StringComparison.Ordinal));
        Assert.NotNull(line);
        return line[(line.IndexOf(Listens, StringComparison.Ordinal) + Listens.Length)..];
    }

    static List<string> Submit(string kind, string[] command) =>
        ["submit", kind, .. command.Skip(1).Where(word => word != "--json"), "--wait"];
}
