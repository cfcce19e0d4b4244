using System.Security.Cryptography;
using System.Text;

namespace StyleFarm.Messages.Jobs;

/// <summary>Names a job: 1 to 64 of a-z, 0-9 and '-', not beginning with '-'. Part of keys in the store.</summary>
public readonly record struct JobId
{
    const int MaxLength = 64;

    readonly string _text;

    /// <summary>Takes an id as text.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public JobId(string text)
    {
        if (!IsValid(text)) throw new ArgumentException($"'{text}' is no job id: 1 to {MaxLength} of a-z, 0-9 and '-'", nameof(text));
        _text = text;
    }

    /// <summary>Whether a text has the form of an id.</summary>
    public static bool IsValid(string text) => text is { Length: > 0 and <= MaxLength } && text[0] != '-'
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    /// <summary>An id that the same request always gets: a readable name and a hash of what was asked.</summary>
    /// <param name="name">Any text; what an id cannot hold becomes '-'.</param>
    /// <param name="request">All that makes the job what it is.</param>
    public static JobId Of(string name, string request)
    {
        var readable = string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))[..10];
        return new JobId(readable.Length == 0 ? hash : $"{readable[..Math.Min(readable.Length, 40)].TrimEnd('-')}-{hash}");
    }

    /// <summary>The text.</summary>
    public override string ToString() => _text ?? "";
}
