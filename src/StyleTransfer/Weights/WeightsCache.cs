using System.Globalization;
using System.Runtime.InteropServices;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Weights;

/// <summary>
/// Where imported weights stay: <c>weights/vgg19.safetensors</c> in the cache folder, features only, single precision. Its metadata hold
/// the identity, the source and the time of the import.
/// </summary>
/// <param name="folder">The cache folder; made when something is stored.</param>
/// <param name="time">Tells the time of an import.</param>
public sealed class WeightsCache(string folder, TimeProvider time)
{
    const string IdentityKey = "identity";
    const string SourceKey = "source";
    const string ImportedKey = "imported_at";

    /// <summary>The cache folder.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    /// <summary>The weights' file.</summary>
    public string FilePath => Path.Combine(Folder, "weights", "vgg19.safetensors");

    /// <summary>Whether weights have been imported.</summary>
    public bool Exists => File.Exists(FilePath);

    /// <summary>
    /// The user's cache: <c>$STYLEFARM_CACHE</c>, <c>$XDG_CACHE_HOME/stylefarm</c>, or <c>~/.cache/stylefarm</c>, whichever is set first.
    /// </summary>
    /// <param name="time">Tells the time of an import.</param>
    /// <param name="environment">Reads an environment variable; the process's own by default.</param>
    public static WeightsCache Default(TimeProvider time, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (environment("STYLEFARM_CACHE") is { Length: > 0 } own) return new WeightsCache(own, time);
        if (environment("XDG_CACHE_HOME") is { Length: > 0 } xdg) return new WeightsCache(Path.Combine(xdg, "stylefarm"), time);
        var home = environment("HOME") is { Length: > 0 } set ? set : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return new WeightsCache(Path.Combine(home, ".cache", "stylefarm"), time);
    }

    /// <summary>Reads a weights file of any known format and stores its features in place of what the cache held.</summary>
    /// <exception cref="StyleFarmException">The file is not VGG19's weights, or the cache cannot be written.</exception>
    public VggWeights Import(string path) => Store(VggWeights.Load(path).WithSource(Path.GetFullPath(path)));

    /// <summary>Stores weights in place of what the cache held; whole or not at all.</summary>
    /// <exception cref="StyleFarmException">The cache cannot be written, or its disk is full.</exception>
    public VggWeights Store(VggWeights weights)
    {
        var entries = new List<SafetensorsEntry>();
        foreach (var (layer, weight, bias) in weights.Convolutions)
        {
            entries.Add(new SafetensorsEntry(layer.WeightKey, SafetensorsType.F32, layer.WeightShape, Bytes(weight)));
            entries.Add(new SafetensorsEntry(layer.BiasKey, SafetensorsType.F32, [layer.OutChannels], Bytes(bias)));
        }
        var metadata = new Dictionary<string, string>
        {
            ["format"] = "pt",
            [IdentityKey] = weights.Identity,
            [SourceKey] = weights.Source,
            [ImportedKey] = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        };
        SafetensorsFile.Write(FilePath, entries, metadata);
        return weights;
    }

    /// <summary>Reads the cached weights and checks them against the identity under which they were stored.</summary>
    /// <returns>The weights; their source is the one that was imported.</returns>
    /// <exception cref="StyleFarmException">BadInput: nothing has been imported, or the file was damaged or changed since.</exception>
    public VggWeights Load()
    {
        const string Remedy = "import or fetch the weights again (./stylefarm weights import FILE, ./stylefarm weights fetch)";
        if (!Exists) throw FileText.BadInput(FilePath, "no weights have been imported yet", Remedy);
        using var file = WeightsFile.Open(FilePath);
        var weights = VggAssembler.Assemble(file);
        var recorded = file.Metadata.GetValueOrDefault(IdentityKey) ?? throw FileText.BadInput(FilePath, "states no identity", Remedy);
        if (recorded != weights.Identity)
        {
            var what = $"was damaged or changed: its identity is {weights.Identity}, recorded is {FileText.Quote(recorded)}";
            throw FileText.BadInput(FilePath, what, Remedy);
        }
        return weights.WithSource(file.Metadata.GetValueOrDefault(SourceKey) ?? FilePath);
    }

    static byte[] Bytes(float[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
