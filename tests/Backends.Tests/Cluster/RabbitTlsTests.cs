using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages;
using StyleFarm.TestKit;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>The broker behind a door that speaks TLS.</summary>
public sealed class RabbitTlsTests(DevServices services) : IAsyncLifetime
{
    readonly LoopbackCertificate _certificate = new();
    readonly TempFolder _folder = new();
    readonly RabbitFarm _farm = new(services);
    TlsDoor _door = null!;
    string _url = "";

    public async ValueTask InitializeAsync()
    {
        var url = await _farm.UrlAsync();
        var port = RabbitAddress.Parse(url).Hosts[0].Port;
        _door = new TlsDoor(port, X509CertificateLoader.LoadPkcs12(_certificate.Certificate.Export(X509ContentType.Pkcs12), null));
        _url = url.Replace("amqp:", "amqps:", StringComparison.Ordinal).Replace($":{port}", $":{_door.Port}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_folder["ca.pem"], _certificate.CertificatePem, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder["key.pem"], _certificate.KeyPem, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _farm.DisposeAsync();
        await _door.DisposeAsync();
        _folder.Dispose();
        _certificate.Dispose();
    }

    [Fact]
    public async Task An_authority_that_is_named_is_trusted_and_our_own_certificate_is_shown()
    {
        await using var fabric = await ConnectAsync($"&ca={_folder["ca.pem"]}&cert={_folder["ca.pem"]}&key={_folder["key.pem"]}");

        Assert.True(fabric.IsConnected);
        Assert.Equal("CN=localhost", _door.Shown);
    }

    [Fact]
    public async Task The_certificates_name_may_be_another_than_the_host()
    {
        await using var fabric = await ConnectAsync($"&ca={_folder["ca.pem"]}&server-name=localhost");

        Assert.True(fabric.IsConnected);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("ca", "&server-name=elsewhere.example")]
    public async Task An_authority_that_is_not_trusted_or_a_wrong_name_is_refused(string ca, string rest)
    {
        var error = await Assert.ThrowsAsync<StyleFarmException>(
            () => ConnectAsync((ca.Length > 0 ? $"&ca={_folder["ca.pem"]}" : "") + rest));

        Assert.Contains($"TLS with 127.0.0.1:{_door.Port} failed (", error.Message, StringComparison.Ordinal);
        Assert.Contains("name the broker's authority with ?ca=FILE, or its certificate's host with ?server-name=NAME", error.Message,
            StringComparison.Ordinal);
    }

    Task<RabbitFabric> ConnectAsync(string options) =>
        RabbitFabric.ConnectAsync(_url + options, RabbitFarm.Options, TestContext.Current.CancellationToken);

    sealed class TlsDoor : IAsyncDisposable
    {
        readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        readonly CancellationTokenSource _stop = new();
        readonly int _port;
        readonly X509Certificate2 _certificate;
        readonly Task _loop;

        public TlsDoor(int port, X509Certificate2 certificate)
        {
            (_port, _certificate) = (port, certificate);
            _listener.Start();
            _loop = Task.Run(AcceptAsync);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        /// <summary>Whose certificate the last client has shown.</summary>
        public string? Shown { get; private set; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _loop;
            _listener.Dispose();
            _certificate.Dispose();
            _stop.Dispose();
        }

        async Task AcceptAsync()
        {
            try
            {
                while (true) _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
            catch (OperationCanceledException)
            {
                // The test is over.
            }
        }

        async Task CarryAsync(TcpClient client)
        {
            using var near = client;
            using var far = new TcpClient();
            try
            {
                await using var tls = new SslStream(near.GetStream());
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _certificate, ClientCertificateRequired = true,
                        RemoteCertificateValidationCallback = (_, shown, _, _) =>
                        {
                            Shown = shown?.Subject;
                            return !_stop.IsCancellationRequested;
                        },
                    },
                    _stop.Token);
                await far.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                await Task.WhenAny(tls.CopyToAsync(far.GetStream(), _stop.Token), far.GetStream().CopyToAsync(tls, _stop.Token));
            }
            catch (Exception error)
                when (error is IOException or AuthenticationException or OperationCanceledException or ObjectDisposedException)
            {
                // The client did not like what it saw, or has gone.
            }
        }
    }
}
