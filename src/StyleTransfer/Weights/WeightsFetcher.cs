using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// Downloads the published weights into the cache. A download that breaks off, in this run or an earlier one, goes on where it stopped
/// when the server can do that and still has the same file; the file's SHA-256 decides whether it is used.
/// </summary>
/// <param name="cache">Where the weights go.</param>
/// <param name="options">Where they come from.</param>
/// <param name="time">Times the pauses and the server's silence.</param>
/// <param name="handler">The transport; by default the system's, with its proxy settings.</param>
public sealed class WeightsFetcher(WeightsCache cache, WeightsFetchOptions options, TimeProvider time, HttpMessageHandler? handler = null)
{
    static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>Where the download lies until it is complete and checked; an aborted one stays for the next run.</summary>
    public string PartPath => Path.Combine(cache.Folder, "weights", "vgg19-dcbb9e9d.pth.part");

    /// <summary>Downloads, checks, converts into the cache, and removes the download.</summary>
    /// <param name="progress">Told the bytes on disk and, when the server says so, the bytes in all.</param>
    /// <param name="cancellation">Stops; what has arrived is kept.</param>
    /// <returns>The weights as cached; their source is the URL.</returns>
    /// <exception cref="StyleFarmException">
    /// No connection, an answer that is no file, a wrong hash, not VGG19's weights, no disk space.
    /// </exception>
    public async Task<VggWeights> FetchAsync(IProgress<(long Done, long? Total)>? progress = null, CancellationToken cancellation = default)
    {
        using var client = new HttpClient(handler ?? new SocketsHttpHandler { ConnectTimeout = options.StallTimeout }, handler is null)
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var part = new PartialDownload(PartPath, options.Url);
        part.Open();
        var wasResumed = part.Length > 0;
        await DownloadWithRetriesAsync(client, part, progress, cancellation);
        var hash = await HashAsync(part.Path, cancellation);
        if (!IsExpected(hash) && wasResumed)
        {
            // What an earlier run left may have been another version's: once more from the start.
            part.Drop();
            await DownloadWithRetriesAsync(client, part, progress, cancellation);
            hash = await HashAsync(part.Path, cancellation);
        }
        if (!IsExpected(hash))
        {
            part.Drop();
            throw Failure($"the file that it sent has the SHA-256 {hash}, expected one that begins with {options.Sha256Prefix}");
        }
        var weights = cache.Store(VggWeights.Load(part.Path).WithSource(options.Url.AbsoluteUri));
        part.Drop();
        return weights;
    }

    bool IsExpected(string hash) => hash.StartsWith(options.Sha256Prefix, StringComparison.Ordinal);

    static async Task<string> HashAsync(string path, CancellationToken cancellation)
    {
        try
        {
            await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20);
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FileText.BadInput(path, $"cannot be read back ({FileText.Reason(error)})", "check the disk", error);
        }
    }

    async Task DownloadWithRetriesAsync(
        HttpClient client, PartialDownload part, IProgress<(long Done, long? Total)>? progress, CancellationToken cancellation)
    {
        var hasConnected = false;
        var furthest = part.Length;
        for (var retry = 0; ; retry++)
        {
            string reason;
            try
            {
                var outcome = await DownloadOnceAsync(client, part, progress, () => hasConnected = true, cancellation);
                if (outcome is null) return;
                reason = outcome;
            }
            catch (HttpRequestException error)
            {
                reason = error.HttpRequestError switch
                {
                    HttpRequestError.NameResolutionError => "its name cannot be resolved",
                    HttpRequestError.ProxyTunnelError => "the proxy refuses it",
                    _ => FileText.Reason(error.InnerException ?? error),
                };
                if (!hasConnected) throw Failure($"cannot be reached ({reason})", error);
            }
            catch (IOException error)
            {
                reason = FileText.Reason(error);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                reason = $"nothing came for {options.StallTimeout.TotalSeconds:0} s";
                if (!hasConnected) throw Failure($"cannot be reached ({reason})");
            }
            if (part.Length > furthest) (furthest, retry) = (part.Length, 0);
            if (retry == options.Retries)
                throw Failure(
                    $"broke off {retry + 1} times without getting further, at byte {part.Length} ({reason}); a later run goes on there");
            var delay = options.FirstDelay * Math.Pow(2, retry);
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, time, cancellation);
        }
    }

    /// <summary>One request. Null: the file is complete. A text: why another request may help.</summary>
    async Task<string?> DownloadOnceAsync(
        HttpClient client, PartialDownload part, IProgress<(long Done, long? Total)>? progress, Action connected,
        CancellationToken cancellation)
    {
        using var silence = new CancellationTokenSource(options.StallTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
        var have = part.Length;
        using var request = new HttpRequestMessage(HttpMethod.Get, options.Url);
        if (have > 0)
        {
            request.Headers.Range = new RangeHeaderValue(have, null);
            request.Headers.IfRange = part.Version;
        }
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
        connected();
        var range = response.Content.Headers.ContentRange;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                await CopyAsync(response, part, 0, response.Content.Headers.ContentLength, progress, silence, both.Token);
                return null;
            case HttpStatusCode.PartialContent when have > 0 && range?.From == have:
                await CopyAsync(response, part, have, range.Length, progress, silence, both.Token);
                return null;
            case HttpStatusCode.RequestedRangeNotSatisfiable when have > 0 && range?.Length == have:
                return null;
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable when have > 0:
                part.Drop();
                return "the server has no such range";
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                return $"the server answers {(int)response.StatusCode}";
            default:
                throw Failure($"the server or a proxy answers {(int)response.StatusCode} {response.ReasonPhrase}");
        }
    }

    async Task CopyAsync(
        HttpResponseMessage response, PartialDownload part, long from, long? total, IProgress<(long Done, long? Total)>? progress,
        CancellationTokenSource silence, CancellationToken cancellation)
    {
        if (total > options.MaxBytes) throw Failure($"it would send {total} bytes, more than {options.MaxBytes}");
        await using var body = await response.Content.ReadAsStreamAsync(cancellation);
        var done = from;
        var buffer = new byte[1 << 17];
        var stream = part.Append(from, response);
        try
        {
            while (true)
            {
                silence.CancelAfter(options.StallTimeout);
                var count = await body.ReadAsync(buffer, cancellation);
                if (count == 0) break;
                part.Guard(() => stream.Write(buffer, 0, count));
                done += count;
                if (done > options.MaxBytes) throw Failure($"it sends more than {options.MaxBytes} bytes");
                progress?.Report((done, total));
            }
        }
        finally
        {
            part.Guard(stream.Dispose);
        }
        if (total is { } expected && done != expected) throw new IOException($"{done} of {expected} bytes arrived");
    }

    StyleFarmException Failure(string what, Exception? inner = null)
    {
        var remedy = $"download {WeightsFetchOptions.PublishedUrl} (575 MB) where that works, copy it here and run "
            + "`./stylefarm weights import FILE`, or name a mirror with --url";
        return FileText.BadInput(options.Url.AbsoluteUri, what, remedy, inner);
    }
}
