using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Checkpoints;

/// <summary>A cell's checkpoint as a safetensors file; the counters and a checksum of the tensors stand in its metadata.</summary>
public static class CheckpointFile
{
    const string Format = "stylefarm-checkpoint/1";
    const string ChecksumKey = "tensors_sha256";

    /// <summary>More than headers mostly take.</summary>
    const int HeaderBytes = 8192;

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="checkpoint">The cell between two steps.</param>
    /// <param name="provenance">More metadata: recipe hash, versions.</param>
    /// <exception cref="StyleFarmException">It cannot be written; the message names the file and the remedy.</exception>
    public static void Write(string path, CellCheckpoint checkpoint, IReadOnlyDictionary<string, string> provenance) =>
        SafetensorsFile.Write(path, checkpoint.Tensors, Metadata(checkpoint, provenance));

    /// <summary>The bytes that <see cref="Write"/> would write.</summary>
    public static byte[] ToBytes(CellCheckpoint checkpoint, IReadOnlyDictionary<string, string> provenance)
    {
        // Megabytes: a stream that grows would copy them several times, while the next steps are being rendered.
        using var bytes = new MemoryStream(checkpoint.Tensors.Sum(tensor => tensor.Data.Length) + HeaderBytes);
        SafetensorsFile.Write(bytes, checkpoint.Tensors, Metadata(checkpoint, provenance));
        return bytes.ToArray();
    }

    /// <summary>Reads a checkpoint back.</summary>
    /// <exception cref="StyleFarmException">BadInput: the file is broken, or no checkpoint of this format.</exception>
    public static CellCheckpoint Read(string path) => Read(SafetensorsFile.Read(path), path);

    /// <summary>Reads a checkpoint that is in memory already, and all its metadata.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What an error calls it: a path or a storage key.</param>
    /// <exception cref="StyleFarmException">BadInput: it is broken, or no checkpoint of this format.</exception>
    public static (CellCheckpoint Checkpoint, IReadOnlyDictionary<string, string> Metadata) Parse(ReadOnlyMemory<byte> bytes, string name)
    {
        var file = SafetensorsFile.Parse(bytes, name);
        return (Read(file, name), file.Metadata);
    }

    static Dictionary<string, string> Metadata(CellCheckpoint checkpoint, IReadOnlyDictionary<string, string> provenance)
    {
        var metadata = new Dictionary<string, string>(provenance)
        {
            ["format"] = Format,
            ["pass"] = Text(checkpoint.Pass),
            ["step"] = Text(checkpoint.Step),
            ["optimizer_steps"] = Text(checkpoint.OptimizerSteps),
            ["rate_factor"] = checkpoint.RateFactor.ToString("R", CultureInfo.InvariantCulture),
            ["rollbacks"] = Text(checkpoint.Rollbacks),
            [ChecksumKey] = Checksum(checkpoint.Tensors),
        };
        if (checkpoint.FirstTotal is { } first) metadata["first_total"] = first.ToString("R", CultureInfo.InvariantCulture);
        if (checkpoint.GuardTotal is { } total) metadata["guard_total"] = total.ToString("R", CultureInfo.InvariantCulture);
        if (checkpoint.GoodStep is { } good) metadata["good_step"] = Text(good);
        return metadata;

        static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
    }

    static CellCheckpoint Read(SafetensorsFile file, string path)
    {
        if (!file.Metadata.TryGetValue("format", out var format) || format != Format)
            throw Broken($"its format is '{format}', not {Format}");
        if (!file.Tensors.ContainsKey("image")) throw Broken("it holds no image");
        if (file.Metadata.GetValueOrDefault(ChecksumKey) != Checksum(file.Tensors.Values)) throw Broken("its checksum does not match, so it was damaged");
        return new CellCheckpoint
        {
            Pass = Number("pass"),
            Step = Number("step"),
            OptimizerSteps = Number("optimizer_steps"),
            RateFactor = Real("rate_factor", factor => factor is > 0 and <= 1),
            Rollbacks = Number("rollbacks"),
            FirstTotal = file.Metadata.ContainsKey("first_total") ? Real("first_total", double.IsFinite) : null,
            GuardTotal = file.Metadata.ContainsKey("guard_total") ? Real("guard_total", double.IsFinite) : null,
            GoodStep = file.Metadata.ContainsKey("good_step") ? Number("good_step") : null,
            Tensors = [.. file.Tensors.Values],
        };

        int Number(string key) =>
            int.TryParse(file.Metadata.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw Broken($"its {key} is '{file.Metadata.GetValueOrDefault(key)}'");

        double Real(string key, Predicate<double> isAllowed) =>
            double.TryParse(file.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var number) && isAllowed(number)
                ? number
                : throw Broken($"its {key} is '{file.Metadata.GetValueOrDefault(key)}'");

        StyleFarmException Broken(string what) => StyleFarmException.BadInput($"{path}: not a usable checkpoint, {what}; delete it to go on without it");
    }

    static string Checksum(IEnumerable<SafetensorsEntry> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{tensor.Name} {tensor.Type} {string.Join('x', tensor.Shape)}\n"));
            hash.AppendData(tensor.Data.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
