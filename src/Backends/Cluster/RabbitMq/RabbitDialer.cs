using System.Net.Security;
using System.Reflection;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Cluster;

/// <summary>Makes connections to a broker, as its address says.</summary>
sealed class RabbitDialer(RabbitAddress address, RabbitOptions options)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Connects to one member of the broker's cluster.</summary>
    public async Task<IConnection> ConnectAsync((string Host, int Port) member, CancellationToken cancellation)
    {
        var factory = new ConnectionFactory
        {
            UserName = address.User,
            Password = address.Password,
            VirtualHost = address.VirtualHost,
            ClientProvidedName = options.Name,
            // Recovery by the client can lose a consumer in silence; ours makes everything anew.
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedHeartbeat = address.Heartbeat,
            RequestedConnectionTimeout = Patience,
            HandshakeContinuationTimeout = Patience,
            SocketReadTimeout = Patience,
            SocketWriteTimeout = Patience,
            ContinuationTimeout = options.Patience,
        };
        factory.ClientProperties["product"] = "StyleFarm";
        factory.ClientProperties["version"] =
            typeof(RabbitDialer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var endpoint = new AmqpTcpEndpoint(member.Host, member.Port, Tls(member.Host));
        return await factory.CreateConnectionAsync([endpoint], options.Name, cancellation);
    }

    SslOption Tls(string host)
    {
        if (!address.IsTls) return new SslOption();
        var tls = new SslOption(address.ServerName ?? host, enabled: true) { Version = SslProtocols.None };
        if (address.CaFile is { } ca)
        {
            var roots = Read("ca", ca, file =>
            {
                var certificates = new X509Certificate2Collection();
                certificates.ImportFromPemFile(file);
                return certificates.Count > 0 ? certificates : throw new CryptographicException("there is none in it");
            });
            tls.CertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, roots);
        }

        if (address.CertificateFile is { } own)
            tls.Certs = [Read("cert", own, file => X509Certificate2.CreateFromPemFile(file, address.KeyFile ?? file))];
        return tls;
    }

    // The name is checked by whoever asks; here only who has signed it.
    static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, X509Certificate2Collection roots)
    {
        if (certificate is not X509Certificate2 shown || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != 0) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(shown);
    }

    static T Read<T>(string option, string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw StyleFarmException.BadInput(
                $"fabric: {option}={file}: no certificate can be read from it ({error.Message.Split('\n')[0]}); give a PEM file", error);
        }
    }
}
