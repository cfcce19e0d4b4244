using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

public sealed class WeightsFetcherTests : IDisposable
{
    // A VGG19 of constants, made longer by a tensor that nothing needs.
    static readonly byte[] Good = PthBytes.Legacy([.. TestTensor.Vgg(), TestTensor.Of("classifier.0.weight", new float[200_000], 200_000)]);

    readonly TempFolder _folder = new();
    readonly WeightsCache _cache;

    public WeightsFetcherTests() => _cache = new WeightsCache(_folder.Path, TimeProvider.System);

    public void Dispose() => _folder.Dispose();

    WeightsFetcher Fetcher(Uri url, byte[]? expected = null, TimeSpan? stall = null) => new(
        _cache,
        new WeightsFetchOptions
        {
            Url = url,
            Sha256Prefix = Convert.ToHexStringLower(SHA256.HashData(expected ?? Good))[..8],
            Retries = 3,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            StallTimeout = stall ?? TimeSpan.FromSeconds(30),
        },
        TimeProvider.System,
        new SocketsHttpHandler { UseProxy = false });

    async Task<VggWeights> FetchAsync(FileServer server) =>
        await Fetcher(server.Url).FetchAsync(null, TestContext.Current.CancellationToken);

    async Task<string> FailAsync(WeightsFetcher fetcher, Uri url)
    {
        var error = await Assert.ThrowsAsync<StyleFarmException>(() => fetcher.FetchAsync(null, TestContext.Current.CancellationToken));
        Refusal.Check(url.AbsoluteUri, error);
        Assert.Contains("./stylefarm weights import FILE", error.Message, StringComparison.Ordinal);
        Assert.Contains(WeightsFetchOptions.PublishedUrl, error.Message, StringComparison.Ordinal);
        Assert.False(_cache.Exists);
        return error.Message;
    }

    [Fact]
    public async Task Fetch_WholeFile_FillsTheCache()
    {
        await using var server = new FileServer(Good);
        var reports = new List<(long Done, long? Total)>();

        var weights = await Fetcher(server.Url).FetchAsync(new Collector(reports), TestContext.Current.CancellationToken);

        Assert.Equal((Good.Length, (long?)Good.Length), reports[^1]);
        Assert.Equal(reports.Order(), reports);
        Assert.Equal((weights.Identity, server.Url.AbsoluteUri), (_cache.Load().Identity, _cache.Load().Source));
        Assert.Equal([_cache.FilePath], Directory.GetFiles(_folder["weights"]));
    }

    sealed class Collector(List<(long Done, long? Total)> reports) : IProgress<(long Done, long? Total)>
    {
        public void Report((long Done, long? Total) value) => reports.Add(value);
    }

    [Fact]
    public async Task Fetch_CutConnection_GoesOnWhereItStopped()
    {
        await using var server = new FileServer(
            Good, "\"v1\"", new Answer(CutAfter: 300_000), new Answer(Status: 503), new Answer(CutAfter: 1000));

        await FetchAsync(server);

        Assert.Equal(["", "bytes=300000-", "bytes=300000-", "bytes=301000-"], server.Ranges);
        Assert.True(_cache.Exists);
    }

    [Fact]
    public async Task Fetch_InALaterRun_GoesOnWhereItStopped()
    {
        var cut = new Answer(CutAfter: 0);
        await using var server = new FileServer(Good, "\"v1\"", new Answer(CutAfter: 250_000), cut, cut, cut);
        Assert.Contains("at byte 250000", await FailAsync(Fetcher(server.Url), server.Url), StringComparison.Ordinal);
        server.Ranges.Clear();

        await FetchAsync(server);

        Assert.Equal(["bytes=250000-"], server.Ranges);
        Assert.True(_cache.Exists);
    }

    [Fact]
    public async Task Fetch_CompleteDownloadOfAnEarlierRun_IsTakenAsItIs()
    {
        await using var server = new FileServer(Good);
        var fetcher = Fetcher(server.Url);
        Directory.CreateDirectory(_folder["weights"]);
        await File.WriteAllBytesAsync(fetcher.PartPath, Good, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync(
            fetcher.PartPath + ".from", [server.Url.AbsoluteUri, "\"v1\""], TestContext.Current.CancellationToken);

        await fetcher.FetchAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal([$"bytes={Good.Length}-"], server.Ranges);
        Assert.True(_cache.Exists);
    }

    [Theory]
    [InlineData("changed on the server")]
    [InlineData("of another URL")]
    [InlineData("longer than the file")]
    [InlineData("foreign bytes")]
    public async Task Fetch_UnfitRemains_AreReplaced(string what)
    {
        await using var server = new FileServer(Good, "\"v2\"");
        var fetcher = Fetcher(server.Url);
        Directory.CreateDirectory(_folder["weights"]);
        var length = what == "longer than the file" ? Good.Length + 1 : 1000;
        await File.WriteAllBytesAsync(fetcher.PartPath, new byte[length], TestContext.Current.CancellationToken);
        var from = what == "of another URL" ? "http://127.0.0.1/other" : server.Url.AbsoluteUri;
        var tag = what == "changed on the server" ? "\"v1\"" : "\"v2\"";
        await File.WriteAllLinesAsync(fetcher.PartPath + ".from", [from, tag], TestContext.Current.CancellationToken);

        await fetcher.FetchAsync(null, TestContext.Current.CancellationToken);

        Assert.True(_cache.Exists);
        Assert.Equal(what is "foreign bytes" or "longer than the file" ? 2 : 1, server.Ranges.Count);
    }

    [Fact]
    public async Task Fetch_ServerWithoutRanges_StartsOver()
    {
        await using var server = new FileServer(Good, "\"v1\"", new Answer(CutAfter: 200_000), new Answer(IgnoresRange: true));

        await FetchAsync(server);

        Assert.Equal(["", "bytes=200000-"], server.Ranges);
        Assert.True(_cache.Exists);
    }

    [Fact]
    public async Task Fetch_ServerWithoutRangesThatAlwaysCuts_GivesUp()
    {
        var cut = new Answer(CutAfter: 200_000, IgnoresRange: true);
        await using var server = new FileServer(Good, "\"v1\"", [.. Enumerable.Repeat(cut, 20)]);

        Assert.Contains(
            "without getting further, at byte 200000", await FailAsync(Fetcher(server.Url), server.Url), StringComparison.Ordinal);
        Assert.InRange(server.Ranges.Count, 4, 6);
    }

    [Fact]
    public async Task Fetch_ServerThatFallsSilent_IsAskedAgain()
    {
        await using var server = new FileServer(Good, "\"v1\"", new Answer(CutAfter: 100_000, FallsSilent: true));

        await Fetcher(server.Url, stall: TimeSpan.FromMilliseconds(500)).FetchAsync(null, TestContext.Current.CancellationToken);

        Assert.Equal(["", "bytes=100000-"], server.Ranges);
    }

    [Fact]
    public async Task Fetch_OtherFile_IsRefusedByItsHash()
    {
        await using var server = new FileServer([.. Good, 1]);
        var fetcher = Fetcher(server.Url);

        Assert.Contains("has the SHA-256 ", await FailAsync(fetcher, server.Url), StringComparison.Ordinal);
        Assert.False(File.Exists(fetcher.PartPath));
        Assert.Single(server.Ranges);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    [InlineData(407)]
    public async Task Fetch_ServerThatRefuses_IsToldAtOnce(int status)
    {
        await using var server = new FileServer(Good, "\"v1\"", new Answer(status), new Answer(status));

        Assert.Contains($"answers {status}", await FailAsync(Fetcher(server.Url), server.Url), StringComparison.Ordinal);
        Assert.Single(server.Ranges);
    }

    [Fact]
    public async Task Fetch_NobodyThere_SaysWhatToDoInstead()
    {
        Uri url;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/vgg19-dcbb9e9d.pth");
        }

        Assert.Contains("cannot be reached (Connection refused", await FailAsync(Fetcher(url), url), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_UnknownName_SaysWhatToDoInstead()
    {
        var url = new Uri("http://weights.invalid/vgg19-dcbb9e9d.pth");

        Assert.Contains("cannot be reached (its name cannot be resolved)", await FailAsync(Fetcher(url), url), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_ProxyThatRefuses_SaysWhatToDoInstead()
    {
        await using var proxy = new FileServer(Good, "\"v1\"", new Answer(403));
        var url = new Uri(WeightsFetchOptions.PublishedUrl);
        using var handler = new SocketsHttpHandler { Proxy = new WebProxy($"http://127.0.0.1:{proxy.Url.Port}") };

        Assert.Contains(
            "cannot be reached (the proxy refuses it)",
            await FailAsync(new WeightsFetcher(_cache, new WeightsFetchOptions(), TimeProvider.System, handler), url),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_Cancelled_KeepsWhatHasArrived()
    {
        await using var server = new FileServer(Good, "\"v1\"", new Answer(CutAfter: 100_000, FallsSilent: true));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var fetcher = Fetcher(server.Url);
        var arrived = new Trigger(100_000, cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.FetchAsync(arrived, cancel.Token));

        Assert.Equal(100_000, new FileInfo(fetcher.PartPath).Length);
    }

    sealed class Trigger(long at, CancellationTokenSource cancel) : IProgress<(long Done, long? Total)>
    {
        public void Report((long Done, long? Total) value)
        {
            if (value.Done == at) cancel.Cancel();
        }
    }

    [Fact]
    public void For_Url_ComesFromTheOptionThenTheEnvironment()
    {
        string? Environment(string name) => name == "STYLEFARM_WEIGHTS_URL" ? "https://mirror/vgg.pth" : null;

        Assert.Equal("https://option/vgg.pth", WeightsFetchOptions.For("https://option/vgg.pth", Environment).Url.AbsoluteUri);
        Assert.Equal("https://mirror/vgg.pth", WeightsFetchOptions.For(null, Environment).Url.AbsoluteUri);
        Assert.Equal(WeightsFetchOptions.PublishedUrl, WeightsFetchOptions.For(null, _ => null).Url.AbsoluteUri);
        foreach (var bad in new[] { "file:///etc/passwd", "vgg.pth", "ftp://x/y" })
            Assert.Equal(ErrorCode.BadUsage, Assert.Throws<StyleFarmException>(() => WeightsFetchOptions.For(bad, Environment)).Code);
    }
}
