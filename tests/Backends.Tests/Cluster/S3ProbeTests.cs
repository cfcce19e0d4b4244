using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>What a person reads when the store cannot be used as told.</summary>
public sealed class S3ProbeTests(DevServices services) : IAsyncLifetime
{
    static readonly S3Options Hasty = new()
    {
        AttemptTimeout = TimeSpan.FromSeconds(20),
        Deadline = TimeSpan.FromSeconds(3),
        FirstWait = TimeSpan.FromMilliseconds(5),
    };

    S3Place _place = null!;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _place = await S3Place.NewAsync(services);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task What_the_service_honours_is_found_out_and_nothing_is_left_behind()
    {
        using var store = _place.Store();

        var probe = await store.ProbeAsync(Stop);

        // Swift: no conditional puts.
        Assert.Equal((S3Support.Honoured, S3Support.Refused, S3Support.Honoured), (probe.Range, probe.ConditionalPut, probe.MultipartListing));
        Assert.StartsWith("put, get, list, copy and multipart work; ranges honoured, conditional puts refused, ", probe.ToString(), StringComparison.Ordinal);
        await foreach (var left in store.ListAsync(new StoreKey("probe"), Stop)) Assert.Fail($"{left.Key} was left");
    }

    [Fact]
    public Task A_wrong_secret_is_named() => RefusedAsync(
        _place.Url, "does not accept the keys (SignatureDoesNotMatch); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", false,
        new S3Credentials("farm:render", "sesame"));

    [Fact]
    public Task An_unknown_key_is_named() => RefusedAsync(
        _place.Url, "check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", false, new S3Credentials("farm:nobody", "sesame"));

    [Fact]
    public Task A_missing_bucket_is_named() =>
        RefusedAsync(_place.Url.Replace("//stylefarm", "//elsewhere", StringComparison.Ordinal), "there is no bucket elsewhere; make it", false);

    [Fact]
    public Task Keys_that_may_not_write_are_named() => RefusedAsync(
        _place.Url, "do not give the right to do this; grant reading, writing, listing and removing in the bucket stylefarm", false,
        new S3Credentials("farm:guest", _place.Secret));

    [Fact]
    public Task A_host_that_does_not_exist_is_named() => RefusedAsync(
        _place.Url.Replace("127.0.0.1", "no-such-host.invalid", StringComparison.Ordinal), "there is no host no-such-host.invalid; check the endpoint", true);

    [Fact]
    public Task A_port_where_nothing_listens_is_named() => RefusedAsync(
        $"s3://stylefarm/{_place.Prefix}?endpoint=http://127.0.0.1:1", "is the service running there, and the port right?", true);

    [Fact]
    public Task A_service_without_encryption_is_named_when_it_is_wanted() => RefusedAsync(
        _place.Url.Replace("http://", "https://", StringComparison.Ordinal), "no ", null);

    [Fact]
    public Task A_region_that_is_not_the_services_is_named() => RefusedAsync(
        _place.Url.Replace("us-east-1", "mars-1", StringComparison.Ordinal), "the service is in another region than mars-1; give it with ?region=", false);

    [Fact]
    public async Task A_service_that_changes_what_is_written_is_not_trusted()
    {
        await using var gate = new FaultyGate(
            _place.Address.Endpoint!.Port, (method, _) => method == "GET" ? new GateFault { ChangesLastByte = true } : null);

        await RefusedAsync($"s3://stylefarm/{_place.Prefix}?endpoint={gate.Url}", "what a put wrote comes back changed; use another S3 service", false);
    }

    [Fact]
    public async Task A_certificate_is_trusted_when_its_file_is_given_and_only_then()
    {
        using var folder = new TempFolder();
        using var certificate = new LoopbackCertificate();
        await File.WriteAllTextAsync(folder["ca.pem"], certificate.CertificatePem, Stop);
        await using var gate = new FaultyGate(_place.Address.Endpoint!.Port, (_, _) => null, certificate.Certificate);
        var url = $"s3://stylefarm/{_place.Prefix}?endpoint={gate.Url}";

        await RefusedAsync(url, "no secure connection", false);
        using var store = _place.StoreAt($"{url}&ca={folder["ca.pem"]}");
        await store.ProbeAsync(Stop);
        await store.PutAsync(new StoreKey("key"), new byte[1000], Stop);

        Assert.Equal(new byte[1000], await store.GetAsync(new StoreKey("key"), Stop));
    }

    async Task RefusedAsync(string url, string says, bool? isTransient, S3Credentials? credentials = null)
    {
        using var store = _place.StoreAt(url, Hasty, credentials);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.ProbeAsync(Stop));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        if (isTransient is { } expected) Assert.Equal(expected, error.IsTransient);
        Assert.StartsWith(store.Description, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain(_place.Secret, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);
    }
}
