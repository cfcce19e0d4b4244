namespace StyleFarm.TestKit.Services;

/// <summary>Where a private server can be reached.</summary>
/// <param name="Url">What <c>--fabric</c>, <c>--journal</c> or <c>--store</c> takes; holds the password.</param>
/// <param name="Environment">All variables of <c>services.env</c>, such as <c>AWS_ACCESS_KEY_ID</c>.</param>
public sealed record ServiceAddress(string Url, IReadOnlyDictionary<string, string> Environment);
