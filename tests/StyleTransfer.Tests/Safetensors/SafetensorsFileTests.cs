using System.Text;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.StyleTransfer.Tests.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Safetensors;

public sealed class SafetensorsFileTests
{
    static readonly SafetensorsEntry[] Entries =
    [
        new("step", SafetensorsType.I64, [], BitConverter.GetBytes(7L)),
        new("mask", SafetensorsType.U8, [3], new byte[] { 1, 2, 3 }),
        new("image", SafetensorsType.F32, [1, 2], new byte[] { 0, 0, 128, 63, 0, 0, 0, 64 }),
        new("curvature", SafetensorsType.F64, [1], BitConverter.GetBytes(0.5)),
        new("half", SafetensorsType.BF16, [1], new byte[] { 128, 63 }),
        new("none", SafetensorsType.F32, [0, 5], ReadOnlyMemory<byte>.Empty),
    ];

    static readonly Dictionary<string, string> Metadata = new() { ["recipe"] = "häst \"x\"\n", ["a"] = "1" };

    static byte[] Bytes(string header, int dataBytes = 0)
    {
        var json = Encoding.UTF8.GetBytes(header);
        return [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[dataBytes]];
    }

    static void Refuse(byte[] bytes, string expected)
    {
        var error = Assert.Throws<StyleFarmException>(() => SafetensorsFile.Parse(bytes, "cells/1.safetensors"));
        Refusal.Check("cells/1.safetensors", error);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ThenRead_GivesEverythingBack()
    {
        using var folder = new TempFolder();
        var path = folder["deep/er/c.safetensors"];

        SafetensorsFile.Write(path, Entries, Metadata);

        var read = SafetensorsFile.Read(path);
        Assert.Equal(Metadata.OrderBy(p => p.Key), read.Metadata.OrderBy(p => p.Key));
        Assert.Equal(Entries.Length, read.Tensors.Count);
        foreach (var entry in Entries)
        {
            var found = read.Tensors[entry.Name];
            Assert.Equal(entry.Type, found.Type);
            Assert.Equal(entry.Data.ToArray(), found.Data.ToArray());
            Assert.Equal(entry.Shape, found.Shape);
        }
    }

    [Fact]
    public void Write_AnyOrder_GivesTheSameBytesWithAlignedTensors()
    {
        using var one = new MemoryStream();
        using var other = new MemoryStream();

        SafetensorsFile.Write(one, Entries, Metadata);
        SafetensorsFile.Write(other, Entries.Reverse(), new Dictionary<string, string>(Metadata.Reverse()));

        Assert.Equal(one.ToArray(), other.ToArray());
        var headerBytes = BitConverter.ToInt64(one.ToArray());
        Assert.Equal(0, headerBytes % 8);
        var header = Encoding.UTF8.GetString(one.ToArray(), 8, (int)headerBytes);
        Assert.StartsWith("""{"__metadata__":{"a":"1","recipe":""", header, StringComparison.Ordinal);
        string[] tensors =
        [
            """ "curvature":{"dtype":"F64","shape":[1],"data_offsets":[0,8]} """,
            """ "step":{"dtype":"I64","shape":[],"data_offsets":[8,16]} """,
            """ "image":{"dtype":"F32","shape":[1,2],"data_offsets":[16,24]} """,
            """ "none":{"dtype":"F32","shape":[0,5],"data_offsets":[24,24]} """,
            """ "half":{"dtype":"BF16","shape":[1],"data_offsets":[24,26]} """,
            """ "mask":{"dtype":"U8","shape":[3],"data_offsets":[26,29]} """,
        ];
        Assert.EndsWith($"}},{string.Join(",", tensors.Select(t => t.Trim()))}}}", header.TrimEnd(' '), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ContradictoryTensors_Throws()
    {
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(Stream.Null, [Entries[0], Entries[0]]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(Stream.Null, [Entries[0] with { Shape = [2] }]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(Stream.Null, [Entries[0] with { Shape = [-1] }]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(Stream.Null, [Entries[0] with { Name = "__metadata__" }]));
        Assert.Throws<ArgumentException>(() => SafetensorsFile.Write(Stream.Null, [Entries[0] with { Name = "" }]));
    }

    [Fact]
    public void Parse_BrokenHeaders_AreRefused()
    {
        const string A = """{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}""";
        Refuse([], "ends after 0 bytes");
        Refuse([1, 0, 0], "ends after 3 bytes");
        Refuse([.. BitConverter.GetBytes(ulong.MaxValue), 1, 2], "the header claims 18446744073709551615 bytes");
        Refuse([.. BitConverter.GetBytes(100L), (byte)'{'], "the header takes 100 bytes, the file ends after 1");
        Refuse(Bytes("[]"), "not the JSON");
        Refuse(Bytes("{} {}"), "not the JSON");
        Refuse(Bytes(new string('[', 100)), "not the JSON");
        Refuse(Bytes("""{"a":1}"""), "not the JSON");
        Refuse(Bytes("{\"a\xff\":1}"), "not the JSON");
        Refuse(Bytes(A + "}", 3), "cut off inside 'a'");
        Refuse(Bytes(A + "}", 5), "1 bytes behind the last tensor");
        Refuse(Bytes(A + ""","a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8), "two tensors are called 'a'");
        Refuse(Bytes(A + ""","b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}""", 6), "'b' overlaps");
        Refuse(Bytes(A + ""","b":{"dtype":"F32","shape":[1],"data_offsets":[6,10]}}""", 10), "'b' leaves a gap");
        Refuse(Bytes("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4), "'a': [2] F32 does not fill the bytes 0 to 4");
        Refuse(Bytes("""{"a":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", 4), "does not fill");
        Refuse(Bytes("""{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4), "out of range");
        Refuse(Bytes("""{"a":{"dtype":"F32","shape":[1e99],"data_offsets":[0,4]}}""", 4), "out of range");
        Refuse(Bytes("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4), "does not fill");
        Refuse(Bytes("""{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,4]}}""", 4), "the unknown type 'F4'");
        Refuse(Bytes("""{"a":{"dtype":"F32","shape":[1]}}""", 4), "lacks its dtype, shape or data_offsets");
        Refuse(Bytes("""{"a":{"dtype":"F32","shape":[1],"extra":1,"data_offsets":[0,4]}}""", 4), "field 'extra'");
        Refuse(Bytes("""{"__metadata__":{"k":1}}"""), "not the JSON");
        Refuse(Bytes("""{"__metadata__":{"k":"1","k":"2"}}"""), "twice");
        var ones = string.Join(",", Enumerable.Repeat(1, 17));
        Refuse(Bytes($$$"""{"a":{"dtype":"F32","shape":[{{{ones}}}],"data_offsets":[0,4]}}""", 4), "more than 16 dimensions");
    }

    [Fact]
    public void Read_MissingFile_IsBadInput()
    {
        using var folder = new TempFolder();

        Refusal.Of(folder["none"], () => SafetensorsFile.Read(folder["none"]));
    }
}
