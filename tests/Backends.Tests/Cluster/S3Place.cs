using StyleFarm.Backends.Cluster;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

/// <summary>A prefix of its own for one test.</summary>
sealed class S3Place(ServiceAddress server)
{
    public const int Seed = 7;

    public string Prefix { get; } = $"t{Guid.NewGuid():N}";

    public string Url => server.Url.Replace("s3://stylefarm", $"s3://stylefarm/{Prefix}", StringComparison.Ordinal);

    public S3Address Address => S3Address.Parse(Url);

    public string Secret => server.Environment["AWS_SECRET_ACCESS_KEY"];

    public S3Credentials Credentials => S3Credentials.Find(Address, server.Environment.GetValueOrDefault)!;

    public static async Task<S3Place> NewAsync(DevServices services) => new(await services.StartAsync(Service.S3));

    public S3ObjectStore Store(S3Options? options = null) => StoreAt(Url, options);

    public S3ObjectStore StoreAt(string url, S3Options? options = null, S3Credentials? credentials = null) =>
        new(S3Address.Parse(url), credentials ?? Credentials, options, TimeProvider.System, new Random(Seed));
}
