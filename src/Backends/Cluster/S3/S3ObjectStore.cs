using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Objects in an S3 service, each with its SHA-256 in its metadata, which is compared when it is read. Uses only what every service
/// offers: put, get, head, list (version 2), copy, delete and multipart uploads; no conditional writes, no streamed signatures.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    const string Sha256Name = "sha256";

    readonly S3Address _at;
    readonly S3Options _options;
    readonly AmazonS3Client _client;
    readonly S3Retry _retry;
    readonly S3Multipart _multipart;

    /// <param name="at">Where.</param>
    /// <param name="credentials">See <see cref="S3Credentials.Find"/>; null: those that the SDK finds.</param>
    /// <param name="options">Null: those that are standard.</param>
    /// <param name="time">Measures the patience.</param>
    /// <param name="random">Spreads repetitions; used by this store only.</param>
    public S3ObjectStore(S3Address at, S3Credentials? credentials, S3Options? options, TimeProvider time, Random random)
    {
        (_at, _options) = (at, options ?? new S3Options());
        _client = S3Client.Of(at, credentials);
        _retry = new S3Retry(at, _options, time, random);
        _multipart = new S3Multipart(at, _client, _options, _retry);
    }

    /// <inheritdoc />
    public string Description => _at.Description;

    /// <inheritdoc />
    public async Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        var sha256 = Sha256Of(content.Span);
        if (content.Length > _options.PartBytes) await _multipart.PutAsync(name, content, Sha256Name, sha256, cancellationToken);
        else
            await _retry.RunAsync(name, async (token, _) =>
            {
                using var stream = StreamOf(content);
                var request = new PutObjectRequest { BucketName = _at.Bucket, Key = name, InputStream = stream, UseChunkEncoding = false };
                request.Metadata[Sha256Name] = sha256;
                return await _client.PutObjectAsync(request, token);
            }, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        // Bytes may also change on the way: a second look tells.
        for (var looks = 0; ; looks++)
        {
            var (content, sha256) = await _retry.RunAsync(name, (token, _) => ReadAsync(name, token), cancellationToken);
            if (content is null || sha256 is null || sha256 == Sha256Of(content)) return content;
            if (looks > 0) throw S3Failure.Corrupt(_at, name);
        }
    }

    /// <inheritdoc />
    public async Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken) =>
        await HeadAsync(NameOf(key), cancellationToken) is not null;

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _at.Bucket, Prefix = NameOf(folder) + "/", MaxKeys = _options.ListPage };
        do
        {
            var page = await _retry.RunAsync(request.Prefix, (token, _) => _client.ListObjectsV2Async(request, token), cancellationToken);
            // The SDK has no list where it is empty.
            foreach (var found in page.S3Objects ?? [])
                if (found.Key[_at.Prefix.Length..] is var text && StoreKey.IsValid(text))
                    yield return new StoredObject(
                        new StoreKey(text), found.Size ?? 0, new DateTimeOffset((found.LastModified ?? default).ToUniversalTime()));
            request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
        }
        while (request.ContinuationToken is not null);
    }

    /// <inheritdoc />
    public async Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken)
    {
        var (source, target) = (NameOf(from), NameOf(to));
        try
        {
            // Services refuse to copy an object to itself; it is enough that it is there.
            if (source == target && await HeadAsync(source, cancellationToken) is not null) return;
            await _retry.RunAsync(source, (token, _) => _client.CopyObjectAsync(_at.Bucket, source, _at.Bucket, target, token), cancellationToken);
        }
        catch (StoreException error) when (error.InnerException is AmazonS3Exception cause && S3Failure.IsNoObject(cause))
        {
            throw S3Failure.NothingToCopy(_at, from, cause);
        }
    }

    /// <inheritdoc />
    public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken)
    {
        var name = NameOf(key);
        return _retry.RunAsync(name, async (token, _) =>
        {
            try
            {
                await _client.DeleteObjectAsync(_at.Bucket, name, token);
            }
            catch (AmazonS3Exception error) when (S3Failure.IsNoObject(error))
            {
                // As it should be.
            }

            return true;
        }, cancellationToken);
    }

    /// <summary>Finds out whether the store can be used, and what the service honours. Writes and removes a few small objects.</summary>
    /// <exception cref="StoreException">It cannot be used: one line says why, and what to do.</exception>
    public Task<S3Probe> ProbeAsync(CancellationToken cancellationToken) =>
        new S3Prober(_at, _client, _retry).ProbeAsync(cancellationToken);

    /// <summary>Removes the parts of uploads that never came to an end: they are hidden, and cost space.</summary>
    /// <param name="before">Uploads that began later are left alone: they may be under way.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>How many uploads were removed.</returns>
    /// <exception cref="StoreException">The store does not answer.</exception>
    public Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellationToken) => _multipart.SweepAsync(before, cancellationToken);

    public void Dispose() => _client.Dispose();

    Task<GetObjectMetadataResponse?> HeadAsync(string name, CancellationToken cancellationToken) =>
        _retry.RunAsync(name, async (token, _) =>
        {
            try
            {
                return await _client.GetObjectMetadataAsync(_at.Bucket, name, token);
            }
            catch (AmazonS3Exception error) when (S3Failure.IsNoObject(error))
            {
                return null;
            }
        }, cancellationToken);

    async Task<(byte[]? Content, string? Sha256)> ReadAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _client.GetObjectAsync(_at.Bucket, name, cancellationToken);
            var content = new byte[response.ContentLength];
            await response.BareStream().ReadExactlyAsync(content, cancellationToken);
            return (content, response.Metadata[Sha256Name]);
        }
        catch (AmazonS3Exception error) when (S3Failure.IsNoObject(error))
        {
            return (null, null);
        }
    }

    string NameOf(StoreKey key)
    {
        var text = key.ToString();
        ArgumentException.ThrowIfNullOrEmpty(text, nameof(key));
        return _at.Prefix + text;
    }

    static string Sha256Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>A stream over the content, which is not copied where it is an array.</summary>
    internal static MemoryStream StreamOf(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var part)
            ? new MemoryStream(part.Array!, part.Offset, part.Count, writable: false) : new MemoryStream(content.ToArray());
}
