using System.Diagnostics;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>Whatever happens to a file, it is read or refused with one line, soon and in little memory.</summary>
public sealed class WeightsFuzzTests
{
    const int Mutants = 4000;

    static readonly TestTensor[] Tensors =
    [
        TestTensor.Of("features.0.weight", [1, 2, 3, 4, 5, 6], 2, 3),
        TestTensor.Of("features.0.bias", [1, 2], 2) with { Type = "Half", StorageElements = 4 },
        TestTensor.Of("x", [1, 2, 3, 4], 2, 2) with { Strides = [1, 2] },
    ];

    public static TheoryData<string> Formats => ["legacy", "zip", "safetensors"];

    static byte[] Make(string format)
    {
        if (format == "legacy") return PthBytes.Legacy(Tensors);
        if (format == "zip") return PthBytes.Zip(Tensors);
        using var stream = new MemoryStream();
        var entries = Tensors.Select(t => new SafetensorsEntry(t.Name, SafetensorsType.U8, [t.StorageBytes.Length], t.StorageBytes));
        var floats = new SafetensorsEntry("f", SafetensorsType.F32, [2, 1], new byte[8]);
        SafetensorsFile.Write(stream, [.. entries, floats], new Dictionary<string, string> { ["k"] = "v" });
        return stream.ToArray();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_EveryPrefix_IsRefused(string format)
    {
        var bytes = Make(format);
        using var folder = new TempFolder();
        var path = folder["prefix"];
        File.WriteAllBytes(path, bytes);
        Refusal.ReadAll(path);

        for (var length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Refusal.Of(path, () => Refusal.ReadAll(path));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Read_ChangedBytes_AreReadOrRefused(string format)
    {
        var bytes = Make(format);
        var random = new Random(20261120);
        using var folder = new TempFolder();
        var path = folder["mutant"];
        var (refused, slowest, most) = (0, TimeSpan.Zero, 0L);
        for (var i = 0; i < Mutants; i++)
        {
            File.WriteAllBytes(path, Mutate(bytes, random));
            var (start, before) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            try
            {
                Refusal.ReadAll(path);
            }
            catch (StyleFarmException error)
            {
                refused++;
                Refusal.Check(path, error);
            }
            if (Stopwatch.GetElapsedTime(start) is var elapsed && elapsed > slowest) slowest = elapsed;
            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.InRange(refused, Mutants / 4, Mutants);
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.InRange(most, 0, 64 << 20);
    }

    /// <summary>One to four changes: another byte, an extreme byte, a lost or doubled stretch.</summary>
    static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutant = bytes.ToList();
        for (var change = random.Next(1, 5); change > 0 && mutant.Count > 8; change--)
        {
            var at = random.Next(mutant.Count);
            var length = Math.Min(random.Next(1, 9), mutant.Count - at);
            switch (random.Next(6))
            {
                case 0: mutant[at] = (byte)random.Next(256); break;
                case 1: mutant[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: mutant[at] = 0xff; break;
                case 3: mutant[at] = 0x7f; break;
                case 4: mutant.RemoveRange(at, length); break;
                default: mutant.InsertRange(at, mutant.GetRange(at, length)); break;
            }
        }
        return [.. mutant];
    }
}
