using Amazon.S3;
using Amazon.S3.Model;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>Large objects in parts. The object appears when all are there; where one fails, the others are removed.</summary>
sealed class S3Multipart(S3Address at, IAmazonS3 client, S3Options options, S3Retry retry)
{
    public async Task PutAsync(string name, ReadOnlyMemory<byte> content, string shaName, string sha256, CancellationToken cancellationToken)
    {
        var begin = new InitiateMultipartUploadRequest { BucketName = at.Bucket, Key = name };
        begin.Metadata[shaName] = sha256;
        var upload = (await retry.RunAsync(name, (token, _) => client.InitiateMultipartUploadAsync(begin, token), cancellationToken)).UploadId;
        try
        {
            var parts = new PartETag[(content.Length + options.PartBytes - 1) / options.PartBytes];
            await Parallel.ForAsync(
                0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = options.ParallelParts, CancellationToken = cancellationToken },
                async (i, token) =>
                {
                    var from = i * options.PartBytes;
                    var bytes = content.Slice(from, Math.Min(options.PartBytes, content.Length - from));
                    parts[i] = await PartAsync(name, upload, i + 1, bytes, token);
                });
            var end = new CompleteMultipartUploadRequest { BucketName = at.Bucket, Key = name, UploadId = upload, PartETags = [.. parts] };
            await retry.RunAsync(name, (token, tries) => EndAsync(end, shaName, sha256, tries, token), cancellationToken);
        }
        catch
        {
            await ForgetAsync(name, upload);
            throw;
        }
    }

    public async Task<int> SweepAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var (count, request) = (0, new ListMultipartUploadsRequest { BucketName = at.Bucket, Prefix = at.Prefix });
        while (true)
        {
            var page = await retry.RunAsync(at.Prefix, (token, _) => client.ListMultipartUploadsAsync(request, token), cancellationToken);
            foreach (var upload in page.MultipartUploads ?? [])
                if (upload.Initiated is { } begun && begun.ToUniversalTime() < before.UtcDateTime)
                {
                    await retry.RunAsync(upload.Key, (token, _) => AbortAsync(upload.Key, upload.UploadId, token), cancellationToken);
                    count++;
                }

            if (page.IsTruncated != true) return count;
            (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
        }
    }

    Task<PartETag> PartAsync(string name, string upload, int number, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        retry.RunAsync(name, async (token, _) =>
        {
            using var stream = S3ObjectStore.StreamOf(bytes);
            var part = await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = at.Bucket,
                Key = name,
                UploadId = upload,
                PartNumber = number,
                PartSize = bytes.Length,
                InputStream = stream,
                UseChunkEncoding = false,
            }, token);
            return new PartETag(number, part.ETag);
        }, cancellationToken);

    // The answer of an earlier try may have been lost: then the upload is known no more, and the object is there.
    async Task<bool> EndAsync(CompleteMultipartUploadRequest end, string shaName, string sha256, int tries, CancellationToken cancellationToken)
    {
        try
        {
            await client.CompleteMultipartUploadAsync(end, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception error) when (tries > 0 && error.ErrorCode == "NoSuchUpload")
        {
            var found = await client.GetObjectMetadataAsync(end.BucketName, end.Key, cancellationToken);
            if (found.Metadata[shaName] == sha256) return true;
            throw;
        }
    }

    // What cannot be removed now is found by the next sweep.
    async Task ForgetAsync(string name, string upload)
    {
        try
        {
            await retry.RunAsync(name, (token, _) => AbortAsync(name, upload, token), CancellationToken.None);
        }
        catch (StoreException)
        {
            return;
        }
    }

    async Task<bool> AbortAsync(string name, string upload, CancellationToken cancellationToken)
    {
        try
        {
            await client.AbortMultipartUploadAsync(at.Bucket, name, upload, cancellationToken);
        }
        catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchUpload")
        {
            return false;
        }

        return true;
    }
}
