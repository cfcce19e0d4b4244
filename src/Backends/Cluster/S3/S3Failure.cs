using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Amazon.S3;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>What to tell about an S3 service that does not do what it should. No message holds a key.</summary>
static class S3Failure
{
    /// <summary>There is nothing to copy.</summary>
    public static StoreException NothingToCopy(S3Address at, StoreKey key, Exception inner) =>
        new($"{Place(at, key.ToString())}: there is no such object to copy", isTransient: false, inner);

    /// <summary>What came back is not what was written.</summary>
    public static StoreException Corrupt(S3Address at, string key) => new(
        $"{Place(at, key)}: the object is damaged: its SHA-256 is not the one that was written with it; "
        + "remove it and let it be made again, and look after the service's disks",
        isTransient: false);

    /// <summary>No answer in time.</summary>
    public static StoreException TooSlow(S3Address at, string key, TimeSpan time, Exception? inner) => new(
        $"{Place(at, key)}: no answer within {time.TotalSeconds:0.#} s; is the service overloaded, or a firewall between?", isTransient: true, inner);

    /// <summary>Whether there is no such object; a bucket that is missing is something else.</summary>
    public static bool IsNoObject(AmazonS3Exception error) =>
        error.StatusCode == HttpStatusCode.NotFound && error.ErrorCode is not ("NoSuchBucket" or "NoSuchUpload");

    /// <summary>Whether this class has words for an exception.</summary>
    public static bool IsOfService(Exception error) =>
        error is AmazonClientException or AmazonServiceException or HttpRequestException or IOException or SocketException;

    /// <summary>What the service, the SDK or the system says.</summary>
    public static StoreException Of(S3Address at, string key, Exception error) =>
        error is AmazonS3Exception { StatusCode: not 0 } answer
            ? Of(at, key, answer)
            : Of(at, key, error, error.InnerException is AmazonServiceException or HttpRequestException ? error.InnerException : error);

    static StoreException Of(S3Address at, string key, AmazonS3Exception error)
    {
        var (what, isTransient) = error.ErrorCode switch
        {
            "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" =>
                ($"the service does not accept the keys ({error.ErrorCode}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", false),
            "RequestTimeTooSkewed" =>
                ("the clocks of this machine and of the service differ too much; set them right (timedatectl set-ntp true)", false),
            "NoSuchBucket" => ($"there is no bucket {at.Bucket}; make it, or check the address of the store", false),
            "AccessDenied" or "AllAccessDisabled" =>
                ($"the keys do not give the right to do this; grant reading, writing, listing and removing in the bucket {at.Bucket}", false),
            "AuthorizationHeaderMalformed" or "PermanentRedirect" or "IllegalLocationConstraintException" =>
                ($"the service is in another region than {at.Region}; give it with ?region=", false),
            "NotImplemented" or "XAmzContentSHA256Mismatch" or "InvalidDigest" or "BadDigest" or "MissingContentMD5" =>
                ($"the service rejects how the request is sent or its checksum ({Says(error)}); use an S3 service that takes signed puts", false),
            _ when IsSlow(error.StatusCode) => ($"the service is not available ({Says(error)}); try again later", true),
            _ when error.StatusCode == HttpStatusCode.Forbidden =>
                ($"the service does not allow this ({Says(error)}); check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY "
                    + $"and the rights in the bucket {at.Bucket}", false),
            _ when error.StatusCode == HttpStatusCode.NotFound => ($"there is no such object ({Says(error)})", false),
            _ => ($"the service refuses the request ({Says(error)}); is this the address of an S3 service?", false),
        };
        return new StoreException($"{Place(at, key)}: {what}", isTransient, error);
    }

    static StoreException Of(S3Address at, string key, Exception error, Exception cause)
    {
        var deepest = cause.GetBaseException();
        var what = deepest switch
        {
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } =>
                $"there is no host {at.Endpoint?.Host ?? at.Bucket}; check the endpoint in the address of the store",
            AuthenticationException => $"no secure connection ({FirstLine(deepest)}); check the service's certificate, or give ?ca=FILE",
            _ when error is AmazonClientException && cause == error =>
                $"no request could be made ({FirstLine(error)}); check the keys and the address of the store",
            _ => $"no connection ({FirstLine(deepest)}); is the service running there, and the port right?",
        };
        return new StoreException($"{Place(at, key)}: {what}", deepest is not AuthenticationException, error);
    }

    static bool IsSlow(HttpStatusCode status) => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or HttpStatusCode.Conflict
        || (int)status >= 500 && status != HttpStatusCode.NotImplemented;

    static string Place(S3Address at, string key) => key.Length > 0 ? $"{at.Description}: {key}" : at.Description;

    static string Says(AmazonS3Exception error)
    {
        var code = string.IsNullOrEmpty(error.ErrorCode) || error.ErrorCode == error.StatusCode.ToString() ? "" : $" {error.ErrorCode}";
        return $"{(int)error.StatusCode}{code}, {FirstLine(error)}";
    }

    static string FirstLine(Exception error) => error.Message.Split('\n')[0].TrimEnd('.', ' ', '\r');
}
