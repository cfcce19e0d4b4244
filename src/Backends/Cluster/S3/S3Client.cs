using System.Security.Cryptography.X509Certificates;
using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Util;
using Amazon.S3;
using Amazon.S3.Model;

namespace StyleFarm.Backends.Cluster;

/// <summary>Makes clients that services other than Amazon's understand too.</summary>
static class S3Client
{
    /// <param name="at">The service.</param>
    /// <param name="credentials">Null: those that the SDK finds.</param>
    public static AmazonS3Client Of(S3Address at, S3Credentials? credentials)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = at.Endpoint is not null && !at.UsesVirtualHost,
            // Tries and waits are ours, with a deadline over all of them.
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            // Newer kinds of checksums are refused by many; ours stands in the metadata, and the signature covers the content.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (at.Endpoint is { } endpoint) (config.ServiceURL, config.AuthenticationRegion) = (endpoint.ToString(), at.Region);
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(at.Region);
        if (at.RootCertificates is { } file) config.HttpClientFactory = new TrustingFactory(file);
        return credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(credentials.ForSdk, config);
    }

    /// <summary>
    /// The content without the SDK's comparison with the ETag, which it takes for an MD5: with many services, and with encryption, it is
    /// none, and a whole object would count as damaged.
    /// </summary>
    public static Stream BareStream(this GetObjectResponse response) => WrapperStream.GetNonWrapperBaseStream(response.ResponseStream);

    sealed class TrustingFactory(string file) : HttpClientFactory
    {
        readonly X509Certificate2Collection _roots = Read(file);

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = Policy(),
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };

        public override string GetConfigUniqueString(IClientConfig clientConfig) => file;

        X509ChainPolicy Policy()
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(_roots);
            return policy;
        }

        static X509Certificate2Collection Read(string file)
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            return roots;
        }
    }
}
