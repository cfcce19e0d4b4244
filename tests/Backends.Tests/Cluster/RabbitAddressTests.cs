using StyleFarm.Backends.Cluster;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class RabbitAddressTests
{
    [Fact]
    public void All_parts_are_read()
    {
        var address = RabbitAddress.Parse(
            "amqps://me%3A:p%40ss@a.example:5000,b.example,[::1]:7/my%2Fhost?farm=f-1&heartbeat=9&ca=%2Fca.pem&cert=c&key=k&server-name=s");

        Assert.Equal([("a.example", 5000), ("b.example", 5671), ("::1", 7)], address.Hosts);
        Assert.Equal(("me:", "p@ss", "my/host"), (address.User, address.Password, address.VirtualHost));
        Assert.Equal(("f-1", TimeSpan.FromSeconds(9), true), (address.Farm, address.Heartbeat, address.IsTls));
        Assert.Equal(("/ca.pem", "c", "k", "s"), (address.CaFile, address.CertificateFile, address.KeyFile, address.ServerName));
    }

    [Theory]
    [InlineData("amqp://u:p@h")]
    [InlineData("amqp://u:p@h/")]
    [InlineData("amqp://u:p@h:5672")]
    [InlineData("amqp://u:p@h?farm=")]
    public void What_is_left_out_has_its_default(string url)
    {
        var address = RabbitAddress.Parse(url);

        Assert.Equal([("h", 5672)], address.Hosts);
        Assert.Equal(("/", "", TimeSpan.FromSeconds(5)), (address.VirtualHost, address.Farm, address.Heartbeat));
    }

    [Fact]
    public void A_password_may_hold_marks_and_is_never_shown()
    {
        var address = RabbitAddress.Parse("amqp://u:p:/?@x@h/v?farm=f");

        Assert.Equal(("p:/?@x", "h"), (address.Password, address.Hosts[0].Host));
        Assert.Equal("amqp://u@h:5672/v?farm=f", address.ToString());
    }

    [Theory]
    [InlineData("http://u:p@h", "it is not one of a broker")]
    [InlineData("local", "it is not one of a broker")]
    [InlineData("amqp://host", "there is no user in it")]
    [InlineData("amqp://:secret@h", "the user has no name")]
    [InlineData("amqp://u:secret@", "'' is no host")]
    [InlineData("amqp://u:secret@a,,b", "'' is no host")]
    [InlineData("amqp://u:secret@h:0", "'0' is no port; one is from 1 to 65535")]
    [InlineData("amqp://u:secret@h:x", "'x' is no port; one is from 1 to 65535")]
    [InlineData("amqp://u:secret@h?farm=a.b", "farm=a.b: up to 64 letters, digits, '-' and '_'")]
    [InlineData("amqp://u:secret@h?heartbeat=0", "heartbeat=0: whole seconds from 1 to 60")]
    [InlineData("amqp://u:secret@h?fram=x", "it has an option 'fram'; there are farm, heartbeat, ca, cert, key, server-name")]
    public void What_is_wrong_is_named_without_the_password(string url, string what)
    {
        var error = Assert.Throws<StyleFarmException>(() => RabbitAddress.Parse(url));

        Assert.Equal(
            $"the address of the fabric cannot be used: {what}; write amqp://USER:PASSWORD@HOST[:PORT][,HOST…][/VHOST][?farm=NAME], or "
            + "amqps:// for TLS", error.Message);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.BadUsage, error.Code);
    }
}
