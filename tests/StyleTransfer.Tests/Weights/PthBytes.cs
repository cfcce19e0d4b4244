using System.IO.Compression;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>Weights files made by hand.</summary>
static class PthBytes
{
    public static readonly byte[] Magic =
        new PickleWriter().Proto().Raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).Stop().ToArray();

    /// <summary>The three pickles before the state dict.</summary>
    public static byte[] LegacyPreamble(bool isLittleEndian = true) =>
    [
        .. Magic,
        .. new PickleWriter().Proto().Int(1001).Stop().ToArray(),
        .. new PickleWriter().Proto().Op('}').Text("little_endian").Raw(isLittleEndian ? (byte)0x88 : (byte)0x89).Op('s').Stop().ToArray(),
    ];

    public static byte[] Legacy(IReadOnlyList<TestTensor> tensors) => Legacy(PickleWriter.StateDict(tensors), tensors);

    public static byte[] Legacy(byte[] pickle, IReadOnlyList<TestTensor> tensors)
    {
        var storages = tensors.DistinctBy(t => t.StorageKey).ToList();
        var keys = new PickleWriter().Proto().Op(']').Op('(');
        foreach (var storage in storages) keys.Text(storage.StorageKey);
        return
        [
            .. LegacyPreamble(), .. pickle, .. keys.Op('e').Stop().ToArray(),
            .. storages.SelectMany(s => BitConverter.GetBytes((long)s.StorageElements).Concat(s.StorageBytes)),
        ];
    }

    public static byte[] Zip(IReadOnlyList<TestTensor> tensors) => Zip(PickleWriter.StateDict(tensors), tensors);

    public static byte[] Zip(byte[] pickle, IReadOnlyList<TestTensor> tensors, CompressionLevel level = CompressionLevel.NoCompression)
    {
        var entries = tensors.DistinctBy(t => t.StorageKey).Select(t => ($"archive/data/{t.StorageKey}", t.StorageBytes));
        (string, byte[]) order = ("archive/byteorder", "little"u8.ToArray());
        return Archive([("archive/data.pkl", pickle), order, .. entries, ("archive/version", "3\n"u8.ToArray())], level);
    }

    public static byte[] Archive(IEnumerable<(string Name, byte[] Bytes)> entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }
        return stream.ToArray();
    }
}
