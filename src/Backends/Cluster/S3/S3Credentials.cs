using Amazon.Runtime;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Cluster;

/// <summary>The keys for an S3 service. They are never shown.</summary>
public sealed class S3Credentials
{
    const string KeyVariable = "AWS_ACCESS_KEY_ID";
    const string SecretVariable = "AWS_SECRET_ACCESS_KEY";

    /// <param name="key">The access key.</param>
    /// <param name="secret">The secret key.</param>
    /// <param name="sessionToken">Of keys that are lent for a while; else null.</param>
    public S3Credentials(string key, string secret, string? sessionToken = null) =>
        ForSdk = sessionToken is null ? new BasicAWSCredentials(key, secret) : new SessionAWSCredentials(key, secret, sessionToken);

    internal AWSCredentials ForSdk { get; }

    /// <summary>
    /// Those of AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; null where Amazon's own service may find others, such as
    /// the role of the machine.
    /// </summary>
    /// <param name="at">The store they are for.</param>
    /// <param name="variable">Looks a variable up, as <see cref="Environment.GetEnvironmentVariable(string)"/> does.</param>
    /// <exception cref="StyleFarmException">There are none.</exception>
    public static S3Credentials? Find(S3Address at, Func<string, string?> variable)
    {
        var (key, secret) = (NoneIfEmpty(variable(KeyVariable)), NoneIfEmpty(variable(SecretVariable)));
        if (key is not null && secret is not null) return new S3Credentials(key, secret, NoneIfEmpty(variable("AWS_SESSION_TOKEN")));
        if (at.Endpoint is null && key is null && secret is null) return null;
        throw StyleFarmException.BadUsage($"{at.Description}: {(key is null ? KeyVariable : SecretVariable)} is not set; "
            + $"set {KeyVariable} and {SecretVariable} to the keys of the store");
    }

    static string? NoneIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
