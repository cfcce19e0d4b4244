using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>Tries out a service with a few small objects, which it removes.</summary>
sealed class S3Prober(S3Address at, IAmazonS3 client, S3Retry retry)
{
    static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * 7))];

    readonly string _folder = $"{at.Prefix}probe/{Guid.NewGuid():N}/";

    public async Task<S3Probe> ProbeAsync(CancellationToken cancellationToken)
    {
        var (one, copy, large) = (_folder + "one", _folder + "copy", _folder + "large");
        try
        {
            await NeedAsync(one, token => client.PutObjectAsync(Put(one), token), cancellationToken);
            await SameAsync(one, "a put", cancellationToken);
            await NeedAsync(copy, token => client.CopyObjectAsync(at.Bucket, one, at.Bucket, copy, token), cancellationToken);
            await SameAsync(copy, "a copy", cancellationToken);
            await MultipartAsync(large, cancellationToken);
            await SameAsync(large, "a multipart upload", cancellationToken);
            await ListAsync(cancellationToken);
            return new S3Probe(
                await RangeAsync(one, cancellationToken), await ConditionalPutAsync(one, cancellationToken),
                await ChecksumsAsync(_folder + "wrong", cancellationToken), await UploadsAsync(cancellationToken));
        }
        finally
        {
            foreach (var name in (string[])[one, copy, large, _folder + "wrong"]) await ForgetAsync(name);
        }
    }

    async Task MultipartAsync(string name, CancellationToken cancellationToken)
    {
        var upload = (await NeedAsync(name, token => client.InitiateMultipartUploadAsync(at.Bucket, name, token), cancellationToken)).UploadId;
        var part = await NeedAsync(name, token => client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = at.Bucket,
            Key = name,
            UploadId = upload,
            PartNumber = 1,
            PartSize = Content.Length,
            InputStream = new MemoryStream(Content),
            UseChunkEncoding = false,
        }, token), cancellationToken);
        await NeedAsync(name, token => client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
        {
            BucketName = at.Bucket,
            Key = name,
            UploadId = upload,
            PartETags = [new PartETag(1, part.ETag)],
        }, token), cancellationToken);
    }

    // Some services take what they do not understand for content.
    async Task SameAsync(string name, string what, CancellationToken cancellationToken)
    {
        var found = await NeedAsync(name, async token =>
        {
            using var response = await client.GetObjectAsync(at.Bucket, name, token);
            using var content = new MemoryStream();
            await response.BareStream().CopyToAsync(content, token);
            return content.ToArray();
        }, cancellationToken);
        if (!found.AsSpan().SequenceEqual(Content)) throw Unfit(name, $"what {what} wrote comes back changed");
    }

    async Task ListAsync(CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = at.Bucket, Prefix = _folder, MaxKeys = 2 };
        var first = await NeedAsync(_folder, token => client.ListObjectsV2Async(request, token), cancellationToken);
        request.ContinuationToken = first.NextContinuationToken;
        var names = (first.S3Objects ?? []).Select(found => found.Key).ToList();
        if (first.IsTruncated == true)
            names.AddRange(((await NeedAsync(_folder, token => client.ListObjectsV2Async(request, token), cancellationToken)).S3Objects ?? [])
                .Select(found => found.Key));
        if (!names.SequenceEqual([_folder + "copy", _folder + "large", _folder + "one"]))
            throw Unfit(_folder, $"listing page by page finds {names.Count} objects of 3, or not in order");
    }

    Task<S3Support> RangeAsync(string name, CancellationToken cancellationToken) => LookAsync(async token =>
    {
        using var part = await client.GetObjectAsync(
            new GetObjectRequest { BucketName = at.Bucket, Key = name, ByteRange = new ByteRange(10, 19) }, token);
        return part.HttpStatusCode == HttpStatusCode.PartialContent && part.ContentLength == 10 ? S3Support.Honoured : S3Support.Ignored;
    }, cancellationToken);

    Task<S3Support> ConditionalPutAsync(string name, CancellationToken cancellationToken) => LookAsync(async token =>
    {
        try
        {
            var request = Put(name);
            request.IfNoneMatch = "*";
            await client.PutObjectAsync(request, token);
            return S3Support.Ignored;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            return S3Support.Honoured;
        }
    }, cancellationToken);

    Task<S3Support> ChecksumsAsync(string name, CancellationToken cancellationToken) => LookAsync(async token =>
    {
        try
        {
            var request = Put(name);
            request.ChecksumCRC32 = "AAAAAA==";
            await client.PutObjectAsync(request, token);
            return S3Support.Ignored;
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.BadRequest)
        {
            return S3Support.Honoured;
        }
    }, cancellationToken);

    Task<S3Support> UploadsAsync(CancellationToken cancellationToken) => LookAsync(async token =>
    {
        await client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = at.Bucket, Prefix = _folder }, token);
        return S3Support.Honoured;
    }, cancellationToken);

    Task<T> NeedAsync<T>(string name, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        retry.TryOutAsync(name, (token, _) => request(token), cancellationToken);

    async Task<S3Support> LookAsync(Func<CancellationToken, Task<S3Support>> request, CancellationToken cancellationToken)
    {
        try
        {
            return await retry.TryOutAsync(_folder, (token, _) => request(token), cancellationToken);
        }
        catch (StoreException error) when (!error.IsTransient)
        {
            return S3Support.Refused;
        }
    }

    async Task ForgetAsync(string name)
    {
        try
        {
            await client.DeleteObjectAsync(at.Bucket, name, CancellationToken.None);
        }
        catch (Exception error) when (S3Failure.IsOfService(error))
        {
            return;
        }
    }

    PutObjectRequest Put(string name) =>
        new() { BucketName = at.Bucket, Key = name, InputStream = new MemoryStream(Content), UseChunkEncoding = false };

    StoreException Unfit(string name, string what) =>
        new($"{at.Description}: {name}: {what}; use another S3 service: this one cannot be trusted with pictures", isTransient: false);
}
