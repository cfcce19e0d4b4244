using StyleFarm.Backends.Cluster;
using StyleFarm.Messages;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>What a user reads when the broker cannot be used at the start.</summary>
public sealed class RabbitStartTests(DevServices services)
{
    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_wrong_password_is_named_but_not_shown()
    {
        var url = await UrlAsync();

        var error = await FaultAsync(url.Replace(PasswordOf(url), "not-it", StringComparison.Ordinal));

        Assert.Contains("the broker does not accept the password of 'farm', or there is no such user; correct them in --fabric", error,
            StringComparison.Ordinal);
        Assert.DoesNotContain("not-it", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_virtual_host_that_is_not_there_is_named()
    {
        var error = await FaultAsync(await UrlAsync() + "nowhere");

        Assert.Contains("the broker has no virtual host 'nowhere'; make it (rabbitmqctl add_vhost nowhere) or correct --fabric", error,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_virtual_host_that_is_not_allowed_is_named()
    {
        var url = await UrlAsync();
        await RabbitControl.RunAsync(services, "add_vhost", "closed");

        var error = await FaultAsync(url + "closed");

        Assert.Contains("the user 'farm' may not use the virtual host 'closed'; grant it (rabbitmqctl set_permissions -p closed farm",
            error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", ".*", ".*")]
    [InlineData(".*", "nothing", ".*")]
    [InlineData(".*", ".*", "nothing")]
    public async Task A_permission_that_lacks_is_named(string configure, string write, string read)
    {
        var url = await UrlAsync();
        var user = $"u{Guid.CreateVersion7():N}";
        await RabbitControl.RunAsync(services, "add_user", user, "secret");
        await RabbitControl.RunAsync(services, "set_permissions", "-p", "/", user, configure, write, read);

        var error = await FaultAsync(url.Replace($"farm:{PasswordOf(url)}", $"{user}:secret", StringComparison.Ordinal));

        Assert.Contains($"the user '{user}' lacks a permission (ACCESS_REFUSED", error, StringComparison.Ordinal);
        Assert.Contains($"grant it (rabbitmqctl set_permissions -p / {user} '.*' '.*' '.*')", error, StringComparison.Ordinal);
        await RabbitControl.RunAsync(services, "delete_user", user);
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_named()
    {
        Assert.Equal(
            "fabric amqp://u@no-such-host.invalid:5672/: the host of no-such-host.invalid:5672 is not known; correct it in --fabric, "
            + "or look at the name service", await FaultAsync("amqp://u:p@no-such-host.invalid"));
    }

    [Fact]
    public async Task A_port_where_nothing_listens_is_named()
    {
        Assert.Equal(
            "fabric amqp://u@127.0.0.1:1/: nothing listens on 127.0.0.1:1; start the broker, or correct the port in --fabric",
            await FaultAsync("amqp://u:p@127.0.0.1:1"));
    }

    [Fact]
    public async Task TLS_where_the_broker_speaks_none_is_named()
    {
        var error = await FaultAsync((await UrlAsync()).Replace("amqp:", "amqps:", StringComparison.Ordinal));

        Assert.Contains("TLS with 127.0.0.1:", error, StringComparison.Ordinal);
        Assert.Contains("amqp:// is without TLS", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_certificates_that_is_not_there_is_named()
    {
        var error = await FaultAsync("amqps://u:p@127.0.0.1:1?ca=/no/such/ca.pem");

        Assert.StartsWith("fabric: ca=/no/such/ca.pem: no certificate can be read from it (", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_in_another_form_is_named()
    {
        await using var farm = new RabbitFarm(services);
        await farm.RawAsync(channel => channel.QueueDeclareAsync(
            $"{farm.Name}.coordinator", durable: true, exclusive: false, autoDelete: false,
            new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }));

        var error = await FaultAsync(await farm.UrlAsync());

        Assert.Contains("a queue or exchange is there in another form (PRECONDITION_FAILED", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_hosts_one_that_is_up_is_enough()
    {
        await using var farm = new RabbitFarm(services);
        var url = await farm.UrlAsync();
        var host = url[(url.IndexOf('@', StringComparison.Ordinal) + 1)..url.IndexOf("/?", StringComparison.Ordinal)];

        foreach (var hosts in (string[])[$"127.0.0.1:1,{host}", $"{host},127.0.0.1:1"])
        {
            await using var fabric = await RabbitFabric.ConnectAsync(url.Replace(host, hosts, StringComparison.Ordinal),
                RabbitFarm.Options, Stop);
            Assert.True(fabric.IsConnected);
            Assert.EndsWith($"connected to {host}", fabric.Description, StringComparison.Ordinal);
            Assert.DoesNotContain(PasswordOf(url), fabric.Description, StringComparison.Ordinal);
        }
    }

    async Task<string> UrlAsync() => (await services.StartAsync(Service.RabbitMq)).Url;

    static string PasswordOf(string url) => url[(url.IndexOf(':', 7) + 1)..url.IndexOf('@', StringComparison.Ordinal)];

    static async Task<string> FaultAsync(string url)
    {
        var error = await Assert.ThrowsAsync<StyleFarmException>(() => RabbitFabric.ConnectAsync(url, RabbitFarm.Options, Stop));
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }
}
