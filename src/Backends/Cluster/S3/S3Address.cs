using System.Text.RegularExpressions;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Where a store lies in an S3 service: <c>s3://bucket/prefix?endpoint=http://host:port&amp;region=NAME</c>. Without an endpoint it is
/// Amazon's. The keys come from elsewhere: an address holds no secret.
/// </summary>
public sealed partial record S3Address
{
    const string StandardRegion = "us-east-1";

    S3Address(string bucket, string prefix) => (Bucket, Prefix) = (bucket, prefix);

    /// <summary>The bucket, which must exist.</summary>
    public string Bucket { get; }

    /// <summary>What all keys begin with; empty, or ending in a slash.</summary>
    public string Prefix { get; }

    /// <summary>The service; null for Amazon's own.</summary>
    public Uri? Endpoint { get; private init; }

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; private init; } = StandardRegion;

    /// <summary>Whether the bucket is a part of the host's name instead of the path. Most services other than Amazon's want the path.</summary>
    public bool UsesVirtualHost { get; private init; }

    /// <summary>A file with certificates (PEM) to trust besides the system's; null for none.</summary>
    public string? RootCertificates { get; private init; }

    /// <summary>For people.</summary>
    public string Description => $"s3://{Bucket}{(Prefix.Length > 0 ? $"/{Prefix.TrimEnd('/')}" : "")}"
        + (Endpoint is { } endpoint ? $" at {endpoint.GetLeftPart(UriPartial.Authority)}" : $" in {Region}");

    /// <summary>Reads an address.</summary>
    /// <exception cref="StyleFarmException">It has another form.</exception>
    public static S3Address Parse(string url)
    {
        var parts = url.Split('?', 2);
        if (!parts[0].StartsWith("s3://", StringComparison.Ordinal)) throw Wrong(parts[0], "it is not of the form s3://bucket/prefix?endpoint=URL");
        var place = parts[0]["s3://".Length..].Split('/', 2);
        var prefix = place.Length > 1 ? place[1].TrimEnd('/') : "";
        if (!BucketForm().IsMatch(place[0]))
            throw Wrong(parts[0], "the name of the bucket must have 3 to 63 small letters, digits, '.' and '-'");
        if (prefix.Length > 0 && !StoreKey.IsValid(prefix))
            throw Wrong(parts[0], "the prefix must consist of letters, digits, '-', '_', '.', joined by '/'");
        var bare = new S3Address(place[0], prefix.Length > 0 ? prefix + "/" : "");
        return UrlQuery.Of(parts.Length > 1 ? parts[1] : "").Aggregate(bare, (address, setting) => address.With(parts[0], setting.Name, setting.Value));
    }

    S3Address With(string place, string name, string value) => name switch
    {
        "endpoint" when Uri.TryCreate(value, UriKind.Absolute, out var endpoint) && endpoint.Scheme is "http" or "https" =>
            endpoint is { UserInfo: "", AbsolutePath: "/", Query: "" }
                ? this with { Endpoint = endpoint }
                : throw Wrong(
                    place, "the endpoint must be only http(s)://host:port: keys belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"),
        "endpoint" => throw Wrong(place, "the endpoint must be of the form http://host:port or https://host:port"),
        "region" when value.Length > 0 => this with { Region = value },
        "style" when value is "path" or "virtual" => this with { UsesVirtualHost = value == "virtual" },
        "style" => throw Wrong(place, "style must be path or virtual"),
        "ca" when File.Exists(value) => this with { RootCertificates = value },
        "ca" => throw Wrong(place, $"ca={value}: there is no such file"),
        _ => throw Wrong(place, $"{name} is no setting of it; there are endpoint, region, style and ca"),
    };

    static StyleFarmException Wrong(string place, string what) => StyleFarmException.BadUsage($"{place}: {what}");

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    private static partial Regex BucketForm();
}
