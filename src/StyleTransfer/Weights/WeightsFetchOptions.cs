using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>Where trained weights are downloaded from, and how patiently.</summary>
public sealed class WeightsFetchOptions
{
    /// <summary>torchvision's published file, about 575 MB.</summary>
    public const string PublishedUrl = "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth";

    /// <summary>The environment variable that names another URL.</summary>
    public const string UrlVariable = "STYLEFARM_WEIGHTS_URL";

    /// <summary>An http or https URL of that very file. Default: <see cref="PublishedUrl"/>.</summary>
    public Uri Url { get; init; } = new(PublishedUrl);

    /// <summary>What the file's SHA-256 begins with, lower-case hex. Default: <c>dcbb9e9d</c>, as the published name states.</summary>
    public string Sha256Prefix { get; init; } = "dcbb9e9d";

    /// <summary>How often a download that breaks off without having got further is taken up again. Default: 6.</summary>
    public int Retries { get; init; } = 6;

    /// <summary>The pause before the first retry; it doubles each time, up to a minute. Default: 1 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long the server may stay silent. Default: 60 s.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The longest file that is accepted. Default: 2 GiB.</summary>
    public long MaxBytes { get; init; } = 2L << 30;

    /// <summary>Options for a URL: the one given, else that of <see cref="UrlVariable"/>, else the published one.</summary>
    /// <param name="url">The URL that the user gave, or null.</param>
    /// <param name="environment">Reads an environment variable; the process's own by default.</param>
    /// <exception cref="StyleFarmException">BadUsage: not an absolute http or https URL.</exception>
    public static WeightsFetchOptions For(string? url, Func<string, string?>? environment = null)
    {
        var text = url ?? (environment ?? Environment.GetEnvironmentVariable)(UrlVariable);
        if (string.IsNullOrEmpty(text)) return new WeightsFetchOptions();
        if (Uri.TryCreate(text, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http")
            return new WeightsFetchOptions { Url = parsed };
        var shown = FileText.Quote(text);
        throw StyleFarmException.BadUsage($"{shown} is not a URL to download from; give one that begins with https:// or http://");
    }
}
