using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A real service behind a gate that spoils some requests.</summary>
public sealed class S3FaultTests(DevServices services) : IAsyncLifetime
{
    const int PartBytes = 5 << 20;

    static readonly StoreKey Key = new("cells/0a/result.png");

    static readonly S3Options Hasty = new()
    {
        AttemptTimeout = TimeSpan.FromSeconds(5),
        Deadline = TimeSpan.FromSeconds(10),
        FirstWait = TimeSpan.FromMilliseconds(5),
        LongestWait = TimeSpan.FromMilliseconds(20),
        PartBytes = PartBytes,
    };

    S3Place _place = null!;
    FaultyGate? _gate;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _place = await S3Place.NewAsync(services);

    public ValueTask DisposeAsync() => _gate?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Theory]
    [InlineData(503, "SlowDown")]
    [InlineData(500, "InternalError")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(409, "OperationAborted")]
    public async Task A_service_that_is_busy_for_a_while_is_asked_again(int status, string code)
    {
        using var store = Behind(Each(3, GateFault.Refusal(status, code)));

        await store.PutAsync(Key, Bytes(1000), Stop);
        Assert.Equal(Bytes(1000), await store.GetAsync(Key, Stop));

        Assert.Equal(5, _gate!.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_is_lost_or_cut_off_is_asked_for_again()
    {
        using var store = Behind((method, count) => (method, count) switch
        {
            ("PUT", 1) => new GateFault { LosesAnswer = true },
            ("GET", 1) => new GateFault { CutsBodyAt = 100 },
            ("GET", 2) => new GateFault { CutsBodyAt = 0 },
            _ => null,
        });

        await store.PutAsync(Key, Bytes(1000), Stop);

        Assert.Equal(Bytes(1000), await store.GetAsync(Key, Stop));
    }

    [Fact]
    public async Task A_bucket_that_was_there_a_moment_ago_is_waited_for()
    {
        using var store = Behind((method, count) => (method, count) is ("PUT", 2 or 3) ? GateFault.Refusal(404, "NoSuchBucket") : null);

        await store.PutAsync(Key, Bytes(10), Stop);
        await store.PutAsync(Key, Bytes(1000), Stop);

        Assert.Equal(Bytes(1000), await store.GetAsync(Key, Stop));
    }

    [Fact]
    public async Task A_service_that_stays_busy_is_given_up_at_the_deadline()
    {
        using var store = Behind((_, _) => GateFault.Refusal(503, "SlowDown"), Hasty with { Deadline = TimeSpan.FromMilliseconds(300) });

        var error = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Key, Bytes(10), Stop));

        Assert.True(error.IsTransient);
        Assert.Matches("not available \\(503 SlowDown|no answer within 0.3 s", error.Message);
        Assert.InRange(_gate!.Requests.Count, 2, 200);
    }

    [Fact]
    public async Task A_service_that_hangs_is_given_up_and_asked_again_until_the_deadline()
    {
        var options = Hasty with { AttemptTimeout = TimeSpan.FromMilliseconds(300), Deadline = TimeSpan.FromMilliseconds(800) };
        using var store = Behind((_, _) => new GateFault { Hangs = true }, options);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync(Key, Stop));

        Assert.True(error.IsTransient);
        Assert.Contains("no answer within", error.Message, StringComparison.Ordinal);
        Assert.InRange(_gate!.Requests.Count, 2, 4);
    }

    [Fact]
    public async Task Who_cancels_need_not_wait_for_a_service_that_hangs()
    {
        using var store = Behind((_, _) => new GateFault { Hangs = true });
        using var cancel = new CancellationTokenSource();
        var get = store.GetAsync(Key, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
    }

    [Fact]
    public async Task Bytes_that_change_on_the_way_are_asked_for_again()
    {
        using var store = Behind((method, count) => (method, count) == ("GET", 1) ? new GateFault { ChangesLastByte = true } : null);
        await store.PutAsync(Key, Bytes(1000), Stop);

        Assert.Equal(Bytes(1000), await store.GetAsync(Key, Stop));
    }

    [Fact]
    public async Task An_ETag_that_is_no_hash_of_the_content_does_no_harm()
    {
        using var store = Behind((method, _) => method == "GET" ? new GateFault { ChangesETag = true } : null);
        await store.PutAsync(Key, Bytes(1000), Stop);

        Assert.Equal(Bytes(1000), await store.GetAsync(Key, Stop));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(PartBytes + 1000)]
    public async Task An_object_that_is_not_what_was_written_is_refused(int size)
    {
        using var store = Behind((method, _) => method == "GET" ? new GateFault { ChangesLastByte = true } : null);
        await store.PutAsync(Key, Bytes(size), Stop);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.GetAsync(Key, Stop));

        Assert.False(error.IsTransient);
        Assert.Contains("cells/0a/result.png: the object is damaged: its SHA-256", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _gate!.Requests.Count(request => request.StartsWith("GET", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_large_object_goes_in_parts_and_a_copy_of_it_is_still_guarded()
    {
        using var store = Behind((_, _) => null);

        await store.PutAsync(Key, Bytes((2 * PartBytes) + 7), Stop);
        await store.CopyAsync(Key, new StoreKey("copy"), Stop);

        Assert.Equal(3, _gate!.Requests.Count(request => request.Contains("partNumber=", StringComparison.Ordinal)));
        Assert.Equal(Bytes((2 * PartBytes) + 7), await store.GetAsync(new StoreKey("copy"), Stop));
        await using var spoiling = new FaultyGate(ServerPort, (_, _) => new GateFault { ChangesLastByte = true });
        using var spoilt = At(spoiling, Hasty);
        await Assert.ThrowsAsync<StoreException>(() => spoilt.GetAsync(new StoreKey("copy"), Stop));
    }

    [Fact]
    public async Task Parts_that_fail_for_a_while_are_sent_again_and_a_lost_answer_to_the_last_step_does_no_harm()
    {
        using var store = Behind((method, count) => (method, count) switch
        {
            ("PUT", 1 or 2) => GateFault.Refusal(503, "SlowDown"),
            // The second POST completes the upload.
            ("POST", 2) => new GateFault { LosesAnswer = true },
            _ => null,
        });

        await store.PutAsync(Key, Bytes(PartBytes + 1), Stop);

        Assert.Equal(Bytes(PartBytes + 1), await store.GetAsync(Key, Stop));
    }

    [Fact]
    public async Task An_upload_whose_parts_fail_is_removed_and_nothing_appears()
    {
        using var store = Behind((method, _) => method == "PUT" ? GateFault.Refusal(400, "InvalidRequest") : null);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Key, Bytes(PartBytes + 1), Stop));

        Assert.False(error.IsTransient);
        Assert.False(await store.ExistsAsync(Key, Stop));
        Assert.Contains(_gate!.Requests, request => request.StartsWith("DELETE", StringComparison.Ordinal));
        Assert.Equal(0, await store.SweepAsync(DateTimeOffset.MaxValue, Stop));
    }

    [Fact]
    public async Task Uploads_that_never_ended_are_swept_but_not_those_that_may_be_under_way()
    {
        using var store = Behind((method, _) => method is "PUT" or "DELETE" ? GateFault.Refusal(400, "InvalidRequest") : null);
        await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Key, Bytes(PartBytes + 1), Stop));
        using var direct = _place.Store();

        Assert.Equal(0, await direct.SweepAsync(DateTimeOffset.UnixEpoch, Stop));
        Assert.Equal(1, await direct.SweepAsync(DateTimeOffset.MaxValue, Stop));
        Assert.Equal(0, await direct.SweepAsync(DateTimeOffset.MaxValue, Stop));
    }

    [Theory]
    [InlineData(403, "RequestTimeTooSkewed", "the clocks of this machine and of the service differ too much; set them right")]
    [InlineData(400, "XAmzContentSHA256Mismatch", "rejects how the request is sent or its checksum")]
    [InlineData(501, "NotImplemented", "rejects how the request is sent or its checksum")]
    [InlineData(400, "AuthorizationHeaderMalformed", "the service is in another region than us-east-1; give it with ?region=")]
    [InlineData(403, "AccessDenied", "grant reading, writing, listing and removing in the bucket stylefarm")]
    [InlineData(404, "", "there is no such object")]
    [InlineData(418, "Teapot", "is this the address of an S3 service?")]
    public async Task A_refusal_is_told_with_its_remedy_and_not_repeated(int status, string code, string says)
    {
        using var store = Behind((_, _) => GateFault.Refusal(status, code));

        var error = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Key, Bytes(10), Stop));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.False(error.IsTransient);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Single(_gate!.Requests);
    }

    [Theory]
    [InlineData("AccessDenied")]
    [InlineData("InvalidAccessKeyId")]
    [InlineData("RequestTimeTooSkewed")]
    public async Task A_service_that_served_and_now_refuses_the_keys_may_take_them_again(string code)
    {
        using var store = Behind((method, count) => (method, count) is ("PUT", 2) ? GateFault.Refusal(403, code) : null);
        await store.PutAsync(Key, Bytes(10), Stop);

        var error = await Assert.ThrowsAsync<StoreException>(() => store.PutAsync(Key, Bytes(1000), Stop));

        Assert.True(error.IsTransient);
        Assert.Equal(2, _gate!.Requests.Count);
        await store.PutAsync(Key, Bytes(1000), Stop);
    }

    [Fact]
    public async Task Who_has_mistyped_the_address_does_not_wait_long()
    {
        using var store = _place.StoreAt(
            _place.Url.Replace($":{ServerPort}", ":1", StringComparison.Ordinal),
            new S3Options { ProbeDeadline = TimeSpan.FromSeconds(3) });

        var error = await Assert.ThrowsAsync<StoreException>(() => store.ProbeAsync(Stop));

        Assert.Contains("is the service running there, and the port right?", error.Message, StringComparison.Ordinal);
    }

    int ServerPort => _place.Address.Endpoint!.Port;

    S3ObjectStore Behind(Func<string, int, GateFault?> fault, S3Options? options = null)
    {
        var counts = new Dictionary<string, int>();
        _gate = new FaultyGate(ServerPort, (method, _) =>
        {
            lock (counts) return fault(method, counts[method] = counts.GetValueOrDefault(method) + 1);
        });
        return At(_gate, options ?? Hasty);
    }

    S3ObjectStore At(FaultyGate gate, S3Options options) =>
        _place.StoreAt(_place.Url.Replace(_place.Address.Endpoint!.GetLeftPart(UriPartial.Authority), gate.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal), options);

    // The first few requests of all.
    static Func<string, int, GateFault?> Each(int count, GateFault fault) => (method, number) => method == "PUT" && number <= count ? fault : null;

    static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        new Random(S3Place.Seed).NextBytes(bytes);
        return bytes;
    }
}
