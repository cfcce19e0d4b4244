using System.Text;
using RabbitMQ.Client;
using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>What only a fabric over a broker does, while the broker is well.</summary>
public sealed class RabbitWaysTests(DevServices services) : IAsyncDisposable
{
    const string Coordinator = IFabric.Coordinator;

    readonly RabbitFarm _farm = new(services);

    public ValueTask DisposeAsync() => _farm.DisposeAsync();

    [Fact]
    public async Task Of_two_coordinators_the_one_that_began_to_listen_last_gets_all_and_the_other_when_it_leaves()
    {
        var (first, second, node) = (await _farm.ConnectAsync("c1"), await _farm.ConnectAsync("c2"), await _farm.ConnectAsync("node.a"));
        var (old, young) = (new FabricListener(), new FabricListener());
        using var oldHandle = first.Listen(Coordinator, old);
        node.Send("node.a", Coordinator, Hello("0"));
        Assert.Equal("node.a: hello 0", await old.NextAsync());

        var youngHandle = second.Listen(Coordinator, young);
        second.Send(Coordinator, Coordinator, Hello("here"));
        Assert.Equal("coordinator: hello here", await young.NextAsync());
        for (var i = 1; i <= 100; i++) node.Send("node.a", Coordinator, Hello($"{i}"));
        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"node.a: hello {i}"), await young.NextAsync(100));
        Assert.Empty(old.Rest());

        await second.DisposeAsync();
        youngHandle.Dispose();
        node.Send("node.a", Coordinator, Hello("101"));
        Assert.Equal("node.a: hello 101", await old.NextAsync());
    }

    [Fact]
    public async Task What_is_sent_while_no_coordinator_listens_waits_for_one()
    {
        var (leader, node) = (await _farm.ConnectAsync("c"), await _farm.ConnectAsync("node.a"));
        node.Send("node.a", Coordinator, Hello("early"));
        await _farm.UntilAsync(() => node.Counters.Confirmed == 1, "the confirm");

        var listener = new FabricListener();
        using var handle = leader.Listen(Coordinator, listener);

        Assert.Equal("node.a: hello early", await listener.NextAsync());
        Assert.Equal(0, node.Counters.Returned);
    }

    [Fact]
    public async Task A_second_node_of_a_name_gets_its_messages_when_the_first_has_gone()
    {
        var (first, second, coordinator) = (await _farm.ConnectAsync("n1"), await _farm.ConnectAsync("n2"), await _farm.ConnectAsync("c"));
        var (one, two) = (new FabricListener(), new FabricListener());
        using var firstHandle = first.Listen("node.a", one);
        first.Send("node.a", "node.a", Hello("there"));
        await one.NextAsync();

        using var secondHandle = second.Listen("node.a", two);
        await _farm.UntilAsync(() => _farm.Notices.Any(line => line.Contains("another connection listens there",
            StringComparison.Ordinal)), "the notice");
        coordinator.Send(Coordinator, "node.a", Hello("1"));
        Assert.Equal("coordinator: hello 1", await one.NextAsync());
        await first.DisposeAsync();

        second.Send("node.a", "node.a", Hello("own"));
        await _farm.UntilAsync(() => second.Counters.Received > 0 || Again(), "the second node's turn");
        Assert.Contains("node.a: hello own", await two.NextAsync(), StringComparison.Ordinal);
        Assert.Single(_farm.Notices);

        bool Again()
        {
            if (two.Rest() is [var back, ..] && back.StartsWith("back", StringComparison.Ordinal)) second.Send("node.a", "node.a",
                Hello("own"));
            return false;
        }
    }

    [Fact]
    public async Task What_cannot_be_understood_becomes_a_dead_letter_and_the_rest_goes_on()
    {
        var (leader, node) = (await _farm.ConnectAsync("c"), await _farm.ConnectAsync("node.a"));
        var listener = new FabricListener();
        using var handle = leader.Listen(Coordinator, listener);

        await _farm.RawAsync(async channel =>
        {
            foreach (var poison in (string[])["""{"kind":"make-tea","version":1}""", "not json", ""])
                await channel.BasicPublishAsync("", $"{_farm.Name}.coordinator", Encoding.UTF8.GetBytes(poison));
        });
        await _farm.UntilAsync(() => leader.Counters.DeadLetters == 3, "three dead letters");
        node.Send("node.a", Coordinator, Hello("after"));

        Assert.Equal("node.a: hello after", await listener.NextAsync());
        Assert.Contains(_farm.Notices, line => line.EndsWith(
            $"coordinator was sent a message of unknown kind 'make-tea'; is its sender newer?; it is put into {_farm.Name}.dead-letters",
                StringComparison.Ordinal));
        await _farm.UntilAsync(() => _farm.Notices.Count == 3, "three notices");
        await _farm.RawAsync(async channel =>
        {
            BasicGetResult? letter = null;
            while ((letter = await channel.BasicGetAsync($"{_farm.Name}.dead-letters", autoAck: true)) is null) await Task.Yield();
            Assert.Equal("""{"kind":"make-tea","version":1}""", Encoding.UTF8.GetString(letter.Body.Span));
            Assert.Contains("unknown kind 'make-tea'", letter.BasicProperties.ReplyTo, StringComparison.Ordinal);
            Assert.Equal(0u, await channel.MessageCountAsync($"{_farm.Name}.coordinator"));
        });
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_told_of_and_lost_alone()
    {
        var node = await _farm.ConnectAsync("node.a");
        var listener = new FabricListener();
        using var handle = node.Listen("node.a", listener);

        node.Send("node.a", "node.a", Hello(new string('x', RabbitFabric.MessageLimitBytes)));
        node.Send("node.a", "node.a", Hello(new string('y', RabbitFabric.MessageLimitBytes - 400)));

        Assert.StartsWith("node.a: hello yyy", await listener.NextAsync(), StringComparison.Ordinal);
        Assert.Contains("bytes and is lost; at most 262144 are carried", Assert.Single(_farm.Notices), StringComparison.Ordinal);
        Assert.Equal(1, node.Counters.Dropped);
    }

    [Fact]
    public async Task A_slow_hearer_of_loss_reports_gets_the_newest()
    {
        var (here, there) = (await _farm.ConnectAsync("c"), await _farm.ConnectAsync("node.a"));
        using var hold = new ManualResetEventSlim();
        var (slow, newest) = (new List<int>(), 0);
        using var slowHandle = here.Subscribe(report =>
        {
            hold.Wait(TimeSpan.FromSeconds(30));
            lock (slow) slow.Add(report.Step);
        });
        using var fastHandle = here.Subscribe(report => Volatile.Write(ref newest, report.Step));

        for (var step = 1; step <= 4000; step++)
        {
            there.Publish(Report(step));
            // The publisher's own queue is bounded too.
            if (step % 500 == 0) await _farm.UntilAsync(() => Volatile.Read(ref newest) == step, $"report {step}");
        }

        hold.Set();
        await _farm.UntilAsync(() => Steps().Count == RabbitFabric.ReportLimit + 1, "the rest");
        Assert.Equal([1, .. Enumerable.Range(4001 - RabbitFabric.ReportLimit, RabbitFabric.ReportLimit)], Steps());
        Assert.Equal(4000 - RabbitFabric.ReportLimit - 1, here.Counters.DroppedReports);

        List<int> Steps()
        {
            lock (slow) return [.. slow];
        }
    }

    [Fact]
    public async Task Loss_reports_are_published_under_their_job_and_cell()
    {
        var fabric = await _farm.ConnectAsync();
        await _farm.RawAsync(async channel =>
        {
            await channel.QueueDeclareAsync("", exclusive: true);
            var queue = channel.CurrentQueue!;
            await channel.QueueBindAsync(queue, $"{_farm.Name}.telemetry", "telemetry.wave-2.*");

            fabric.Publish(Report(1) with { Cell = "cell6" });
            fabric.Publish(Report(2) with { Cell = "cell7", Job = "wave-2" });

            BasicGetResult? heard = null;
            while ((heard = await channel.BasicGetAsync(queue, autoAck: true)) is null) await Task.Yield();
            Assert.Equal("telemetry.wave-2.cell7", heard.RoutingKey);
            Assert.Equal(2, TelemetryJson.FromLine(Encoding.UTF8.GetString(heard.Body.Span)).Step);
        });
    }

    [Fact]
    public async Task What_waits_when_a_fabric_is_closed_is_sent_first()
    {
        var (leader, node) = (await _farm.ConnectAsync("c"), await _farm.ConnectAsync("node.a"));
        var listener = new FabricListener();
        using var handle = leader.Listen(Coordinator, listener);

        for (var i = 0; i < 3000; i++) node.Send("node.a", Coordinator, Hello($"{i}"));
        await node.DisposeAsync();

        Assert.Equal(Enumerable.Range(0, 3000).Select(i => $"node.a: hello {i}"), await listener.NextAsync(3000));
        Assert.Equal((3000L, 3000L, 0L), (node.Counters.Sent, node.Counters.Confirmed, node.Counters.Dropped));
        Assert.Throws<ObjectDisposedException>(() => node.Listen("node.a", listener));
        await node.DisposeAsync();
    }

    static NodeHello Hello(string incarnation) => new() { Node = new NodeId("a"), Incarnation = incarnation };

    static LossReport Report(int step) => new()
    {
        Cell = "c", Step = step, Content = 1, Style = 2, Tv = 3, Total = 6, Taps = new Dictionary<string, double>(), Milliseconds = 1,
    };
}
