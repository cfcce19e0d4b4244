using System.Globalization;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;

namespace StyleFarm.Messages.Ports;

/// <summary>
/// The name of an object: parts of letters, digits, '-', '_' and '.', joined by '/'. A part does not begin with a dot, so that no key
/// leads out of the store or to a file that is still being written. The layout is that of docs/architecture.md.
/// </summary>
public readonly record struct StoreKey
{
    const int MaxLength = 512;

    // What file systems allow for a name.
    const int MaxPart = 255;

    readonly string _text;

    /// <summary>Takes a key as text.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public StoreKey(string text)
    {
        if (!IsValid(text)) throw new ArgumentException($"'{text}' is no key of the store: parts of letters, digits, '-', '_', '.', joined by '/'", nameof(text));
        _text = text;
    }

    /// <summary>Whether a text has the form of a key.</summary>
    public static bool IsValid(string text) => text is { Length: > 0 and <= MaxLength } && text.Split('/').All(IsPart);

    /// <summary>The folder of a cell.</summary>
    public static StoreKey Cell(CellId cell) => new($"cells/{cell}");

    /// <summary>A checkpoint after so many steps, written by one attempt.</summary>
    public static StoreKey Checkpoint(CellId cell, int step, int attempt) => new($"cells/{cell}/checkpoints/{Digits(step)}.{attempt}.safetensors");

    /// <summary>The folder of a cell's checkpoints.</summary>
    public static StoreKey Checkpoints(CellId cell) => new($"cells/{cell}/checkpoints");

    /// <summary>A preview after so many steps.</summary>
    public static StoreKey Preview(CellId cell, int step) => new($"cells/{cell}/previews/{Digits(step)}.jpg");

    /// <summary>The folder of a cell's previews.</summary>
    public static StoreKey Previews(CellId cell) => new($"cells/{cell}/previews");

    /// <summary>Loss reports from a step on, one line each.</summary>
    public static StoreKey Telemetry(CellId cell, int firstStep) => new($"cells/{cell}/telemetry/{Digits(firstStep)}.jsonl");

    /// <summary>The folder of a cell's loss reports.</summary>
    public static StoreKey TelemetryFolder(CellId cell) => new($"cells/{cell}/telemetry");

    /// <summary>The picture of one attempt, before it counts.</summary>
    public static StoreKey AttemptPicture(CellId cell, int attempt) => new($"cells/{cell}/attempts/{attempt}.png");

    /// <summary>The provenance of one attempt, before it counts.</summary>
    public static StoreKey AttemptProvenance(CellId cell, int attempt) => new($"cells/{cell}/attempts/{attempt}.json");

    /// <summary>The folder of attempts.</summary>
    public static StoreKey Attempts(CellId cell) => new($"cells/{cell}/attempts");

    /// <summary>The picture that counts.</summary>
    public static StoreKey Result(CellId cell) => new($"cells/{cell}/result.png");

    /// <summary>Its provenance; written last: where it stands, the cell is finished.</summary>
    public static StoreKey Provenance(CellId cell) => ProvenanceOf(cell.ToString());

    /// <summary>An input picture, by its SHA-256.</summary>
    public static StoreKey Input(string sha256) => new($"inputs/{sha256}");

    /// <summary>A file of a job.</summary>
    public static StoreKey OfJob(JobId job, string name) => new($"jobs/{job}/{name}");

    /// <summary>
    /// What makes this object superfluous once it stands: for checkpoints and attempts the provenance of their cell. Null for all that stays.
    /// </summary>
    public StoreKey? SupersededBy => ToString().Split('/') is ["cells", var cell, "checkpoints" or "attempts", ..]
        ? ProvenanceOf(cell)
        : null;

    static StoreKey ProvenanceOf(string cell) => new($"cells/{cell}/result.json");

    /// <summary>The text.</summary>
    public override string ToString() => _text ?? "";

    static string Digits(int step) => step.ToString("D8", CultureInfo.InvariantCulture);

    static bool IsPart(string part) => part.Length is > 0 and <= MaxPart && part[0] != '.'
        && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.');
}
