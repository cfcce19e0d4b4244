using System.Buffers.Binary;
using System.IO.Compression;
using StyleFarm.StyleTransfer.Files;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

public sealed class ZipDirectoryTests
{
    static readonly TestTensor[] Tensors = [TestTensor.Of("a", [1, 2, 3], 3), TestTensor.Of("b", [4], 1)];

    static byte[] Good => PthBytes.Zip(Tensors);

    /// <summary>The offset of the central directory's entry of this name.</summary>
    static int Entry(byte[] zip, string name)
    {
        for (var i = 0; i < zip.Length - 46; i++)
        {
            if (!zip.AsSpan(i).StartsWith("PK\x01\x02"u8)) continue;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(i + 28));
            if (System.Text.Encoding.UTF8.GetString(zip, i + 46, length) == name) return i;
        }
        throw new InvalidOperationException($"no entry {name}");
    }

    static byte[] With(string name, int field, params byte[] bytes)
    {
        var zip = Good;
        bytes.CopyTo(zip, Entry(zip, name) + field);
        return zip;
    }

    static byte[] WithEnd(int field, params byte[] bytes)
    {
        var zip = Good;
        bytes.CopyTo(zip, zip.Length - 22 + field);
        return zip;
    }

    [Fact]
    public void Read_HostileArchives_AreRefused()
    {
        Refusal.OfBytes(PthBytes.Zip(PickleWriter.StateDict(Tensors), Tensors, CompressionLevel.SmallestSize), "the compressed entry");
        Refusal.OfBytes(PthBytes.Archive([("a/data.pkl", new byte[50_000_000])], CompressionLevel.SmallestSize), "the compressed entry");
        Refusal.OfBytes(With("archive/data/sa", 8, 1, 0), "the encrypted entry 'archive/data/sa'");
        Refusal.OfBytes(With("archive/data/sa", 24, 0xfe, 0xff, 0xff, 0xff), "two different sizes");
        Refusal.OfBytes(With("archive/data/sa", 20, 0xfe, 0xff, 0xff, 0xfe, 0xfe, 0xff, 0xff, 0xfe), "reaching beyond the data");
        Refusal.OfBytes(With("archive/data/sa", 20, 0xff, 0xff, 0xff, 0xff), "without its zip64 sizes");
        Refusal.OfBytes(With("archive/data/sa", 42, 0xfe, 0xff, 0xff, 0xfe), "outside the data");
        Refusal.OfBytes(With("archive/data/sa", 42, 5, 0, 0, 0), "no data for the entry");
        Refusal.OfBytes(With("archive/data/sa", 42, 0, 0, 0, 0), "overlap");
        Refusal.OfBytes(With("archive/data/sb", 46 + "archive/data/s".Length, (byte)'a'), "two entries called 'archive/data/sa'");
        Refusal.OfBytes(WithEnd(10, 0xfe, 0xff), "breaks off");
        Refusal.OfBytes(WithEnd(12, 0xfe, 0xff, 0xff, 0xfe), "bytes (at most");
        Refusal.OfBytes(WithEnd(16, 0xfe, 0xff, 0xff, 0xfe), "a directory outside the file");
        Refusal.OfBytes(WithEnd(16, 0xff, 0xff, 0xff, 0xff), "zip64");
        Refusal.OfBytes(WithEnd(4, 1, 0), "several volumes");
    }

    [Fact]
    public void Read_ArchiveOfSomethingElse_IsRefused()
    {
        var pickle = PickleWriter.StateDict(Tensors);
        Refusal.OfBytes(PthBytes.Archive([("weights.npy", [1])]), "without data.pkl");
        Refusal.OfBytes(PthBytes.Archive([("a/data.pkl", pickle), ("b/data.pkl", pickle)]), "2 pickles");
        Refusal.OfBytes(PthBytes.Archive([("a/data.pkl", pickle), ("a/byteorder", "big"u8.ToArray())]), "'big'");
        Refusal.OfBytes(PthBytes.Archive([("a/data.pkl", pickle)]), "the archive lacks 'a/data/sa'");
        Refusal.OfBytes(PthBytes.Archive([("a/data.pkl", pickle), ("a/data/sa", new byte[11])]), "has 11 bytes where 12 are announced");
        Refusal.OfBytes(PthBytes.Archive([]), "without data.pkl");
    }

    [Fact]
    public void Read_ChangedByteInATensor_IsFoundByItsSum()
    {
        var zip = Good;
        var at = zip.AsSpan().IndexOf(Tensors[0].StorageBytes);
        zip[at] ^= 1;

        Refusal.OfBytes(zip, "damaged: bytes");
    }

    [Fact]
    public void Read_Zip64Archive_IsUnderstood()
    {
        // Sizes and places moved to the 64-bit fields, as torch.save does beyond 4 GB.
        var zip = Good;
        var end = zip.Length - 22;
        var directory = BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(end + 16));
        var record = new byte[56];
        "PK\x06\x06"u8.CopyTo(record);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(32), BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(end + 10)));
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(40), (ulong)end - directory);
        BinaryPrimitives.WriteUInt64LittleEndian(record.AsSpan(48), directory);
        var locator = new byte[20];
        "PK\x06\x07"u8.CopyTo(locator);
        BinaryPrimitives.WriteUInt64LittleEndian(locator.AsSpan(8), (ulong)end);
        zip.AsSpan(end + 16, 4).Fill(0xff);
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["a.pth"], [.. zip[..end], .. record, .. locator, .. zip[end..]]);

        Assert.Equal([1, 2, 3], Refusal.ReadAll(folder["a.pth"])["a"]);
    }

    [Fact]
    public void Crc32_CheckText_HasThePublishedSum()
    {
        var crc = new Crc32();

        crc.Append("123456789"u8);

        Assert.Equal(0xCBF43926, crc.Value);
    }
}
