using System.Net.Sockets;
using System.Security.Authentication;
using RabbitMQ.Client.Exceptions;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Cluster;

/// <summary>Says what is wrong with a broker, or with the way to it, in one line.</summary>
static class RabbitFaults
{
    const int AccessRefused = 403;
    const int PreconditionFailed = 406;
    const int NotAllowed = 530;

    /// <summary>Why a start-up fails, and what to do.</summary>
    public static StyleFarmException AtStart(RabbitAddress address, (string Host, int Port) member, Exception error)
    {
        if (Chain(error).OfType<StyleFarmException>().FirstOrDefault() is { } told) return told;
        return StyleFarmException.BadInput($"fabric {address}: {Text(address, $"{member.Host}:{member.Port}", [.. Chain(error)])}", error);
    }

    /// <summary>Whether it is the way to the broker that is at fault.</summary>
    public static bool IsOfNetwork(Exception fault) => Chain(fault).OfType<SocketException>().Any();

    /// <summary>Why a connection was lost.</summary>
    public static string Short(Exception error) => Chain(error).Last() switch
    {
        OperationInterruptedException { ShutdownReason.ReplyText: { Length: > 0 } text } => text,
        TimeoutException => "the broker did not answer in time",
        var last => last.Message.Split('\n')[0],
    };

    static string Text(RabbitAddress address, string host, IReadOnlyList<Exception> chain)
    {
        if (chain.OfType<AuthenticationFailureException>().Any() || chain.OfType<PossibleAuthenticationFailureException>().Any())
            return $"the broker does not accept the password of '{address.User}', or there is no such user; correct them in --fabric";
        if (chain.OfType<AuthenticationException>().FirstOrDefault() is { } tls)
            return $"TLS with {host} failed ({First(tls)}); name the broker's authority with ?ca=FILE, or its certificate's host with "
                + "?server-name=NAME; amqp:// is without TLS";
        if (chain.OfType<OperationInterruptedException>().FirstOrDefault(refusal => refusal.ShutdownReason is not null) is { } refused)
            return OfBroker(address, refused.ShutdownReason!.ReplyCode, refused.ShutdownReason.ReplyText);
        if (chain.OfType<SocketException>().FirstOrDefault() is { } socket) return OfNetwork(host, socket);
        return chain.Any(error => error is TimeoutException or OperationCanceledException)
            ? $"{host} did not answer in time; is it a RabbitMQ broker, {Speech(address)}?"
            : $"{host} broke off ({Short(chain[0])}); is it a RabbitMQ broker, {Speech(address)}?";
    }

    static string OfBroker(RabbitAddress address, ushort code, string text) => code switch
    {
        NotAllowed when text.Contains("not found", StringComparison.Ordinal) =>
            $"the broker has no virtual host '{address.VirtualHost}'; make it (rabbitmqctl add_vhost "
            + $"{address.VirtualHost}) or correct --fabric",
        NotAllowed =>
            $"the user '{address.User}' may not use the virtual host '{address.VirtualHost}'; grant it (rabbitmqctl set_permissions -p "
            + $"{address.VirtualHost} {address.User} '.*' '.*' '.*')",
        AccessRefused =>
            $"the user '{address.User}' lacks a permission ({text}); grant it (rabbitmqctl set_permissions -p {address.VirtualHost} "
            + $"{address.User} '.*' '.*' '.*')",
        PreconditionFailed => $"a queue or exchange is there in another form ({text}); delete it, or use another name with ?farm=NAME",
        _ => $"the broker refused ({text})",
    };

    static string OfNetwork(string host, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain =>
            $"the host of {host} is not known; correct it in --fabric, or look at the name service",
        SocketError.ConnectionRefused => $"nothing listens on {host}; start the broker, or correct the port in --fabric",
        SocketError.TimedOut => $"{host} does not answer; look at the network and at firewalls on the way",
        _ => $"{host} cannot be reached ({First(error)}); look at the network",
    };

    static string Speech(RabbitAddress address) => address.IsTls ? "with TLS on that port" : "without TLS on that port";

    static string First(Exception error) => error.Message.Split('\n')[0];

    static IEnumerable<Exception> Chain(Exception error)
    {
        for (var each = error; each is not null; each = each is AggregateException all ? all.InnerExceptions[0] : each.InnerException!)
            yield return each;
    }
}
