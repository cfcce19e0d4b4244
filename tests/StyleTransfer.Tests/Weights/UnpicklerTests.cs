using System.Text;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>Pickles that want more than a state dict: all are refused, and nothing of them runs.</summary>
public sealed class UnpicklerTests
{
    static readonly TestTensor[] Tensors = [TestTensor.Of("a", [1, 2, 3, 4, 5, 6], 2, 3)];

    static PickleWriter Start => new PickleWriter().Proto();

    static string Refuse(PickleWriter pickle, string expected)
    {
        var bytes = pickle.Stop().ToArray();
        Refusal.OfBytes(bytes, expected);
        Refusal.OfBytes(PthBytes.Zip(bytes, Tensors), expected);
        return Refusal.OfBytes(PthBytes.Legacy(bytes, Tensors), expected);
    }

    /// <summary>posix.system('touch MARKER') in every way that a pickle has of calling something.</summary>
    public static TheoryData<string> Calls =>
        ["reduce", "stack-global", "inst", "obj", "newobj", "newobj-ex", "in-state", "in-metadata", "in-key"];

    static PickleWriter Call(string way, string command)
    {
        var dictionary = Start.Global("collections", "OrderedDict").Op(')').Op('R');
        return way switch
        {
            "reduce" => Start.Global("posix", "system").Text(command).Raw(0x85).Op('R'),
            "stack-global" => Start.Text("posix").Text("system").Raw(0x93).Text(command).Raw(0x85).Op('R'),
            "inst" => Start.Op('(').Text(command).Raw([(byte)'i', .. "posix\nsystem\n"u8.ToArray()]),
            "obj" => Start.Op('(').Global("posix", "system").Text(command).Op('o'),
            "newobj" => Start.Global("posix", "system").Text(command).Raw(0x85).Raw(0x81),
            "newobj-ex" => Start.Global("posix", "system").Text(command).Raw(0x85).Op('}').Raw(0x92),
            "in-state" => dictionary.Global("posix", "system").Text(command).Raw(0x85).Op('R').Op('b'),
            "in-metadata" => dictionary.Op('}').Text("_metadata").Global("posix", "system").Text(command).Raw(0x85).Op('R').Op('s').Op('b'),
            _ => dictionary.Global("posix", "system").Text(command).Raw(0x85).Op('R').Int(1).Op('s'),
        };
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void Load_PickleThatCallsTheShell_IsRefusedAndRunsNothing(string way)
    {
        using var folder = new TempFolder();
        var command = $"touch {folder["marker"]}";

        var message = Refuse(Call(way, command), way == "inst" ? "opcode 0x69 (INST)" : "'posix.system'");

        Assert.Matches(@"at byte \d+; nothing in the file was run", message);
        Assert.False(File.Exists(folder["marker"]));
        // That these pickles are armed is for Python to show.
        if (!File.Exists("/usr/bin/python3")) return;
        File.WriteAllBytes(folder["pickle"], Call(way, command).Stop().ToArray());
        PytorchFiles.Run("-c", "import pickle,sys; pickle.load(open(sys.argv[1],'rb'))", folder["pickle"]);
        Assert.True(way == "newobj" || way == "newobj-ex" || File.Exists(folder["marker"]));
    }

    [Fact]
    public void Load_UnlistedGlobal_IsNamedWithItsPlace()
    {
        var preamble = PthBytes.LegacyPreamble().Length;
        var pickle = Start.Global("builtins", "eval").Text("1+1").Raw(0x85).Op('R');

        Assert.Contains(
            $"'builtins.eval', which no weights file needs, at byte {preamble + 2};", Refuse(pickle, ""), StringComparison.Ordinal);

        (string, string)[] others =
        [
            ("torch", "load"), ("torch.serialization", "_load"), ("collections", "Counter"), ("torch.nn", "Parameter"),
            ("torch._utils", "_rebuild_tensor_v2.__globals__"), ("collections", "OrderedDict.fromkeys"), ("__builtin__", "apply"),
        ];
        foreach (var (module, name) in others)
            Refuse(Start.Global(module, name), $"'{module}.{name}'");
        Refuse(Start.Global("a\u001b[31m\u0007", "b"), "?");
    }

    [Fact]
    public void Load_SetStateOfSomethingElse_IsRefused()
    {
        Refuse(Start.Global("torch", "Size").Op('}').Text("__setstate__").Global("posix", "system").Op('s').Op('b'), "'posix.system'");
        Refuse(Start.Global("collections", "OrderedDict").Op('}').Op('b'), "a state for something that takes none");
        Refuse(Start.Op(']').Op('}').Op('b'), "a state for something that takes none");
        Refuse(Start.Op('}').Op(']').Op('b'), "a state for something that takes none");
    }

    [Fact]
    public void Load_CallOfAListedGlobalWithForeignArguments_IsRefused()
    {
        Refuse(Start.Global("collections", "OrderedDict").Text("ab").Raw(0x85).Op('R'), "a dictionary made of something else than pairs");
        Refuse(Start.Global("torch._utils", "_rebuild_tensor_v2").Op(')').Op('R'), "a tensor without storage");
        Refuse(Start.Global("torch", "FloatStorage").Int(1 << 30).Raw(0x85).Op('R'), "a call of torch.FloatStorage");
        Refuse(Start.Global("torch", "FloatStorage").Int(1 << 30).Raw(0x85).Raw(0x81), "a new object of torch.FloatStorage");
        Refuse(Start.Text("text").Op(')').Op('R'), "something else where something to call is needed");
    }

    [Fact]
    public void Load_PersistentIdOfAnotherKind_IsRefused()
    {
        const string Expected = "a persistent id that does not name a storage";
        Refuse(Start.Text("0").Op('Q'), Expected);
        Refuse(Start.Op('(').Text("module").Global("torch", "FloatStorage").Text("0").Text("cpu").Int(1).Op('t').Op('Q'), Expected);
        Refuse(Start.Op('(').Text("storage").Text("FloatStorage").Text("0").Text("cpu").Int(1).Op('t').Op('Q'), Expected);
        Refuse(Start.Raw([(byte)'P', .. "0\n"u8.ToArray()]), "(PERSID)");
        Refuse(Start.Storage("Float", "0", -1), "-1 elements");
        Refuse(Start.Storage("Float", "0", long.MaxValue), $"{long.MaxValue} elements");
        Refuse(Start.Storage("Float", "0", 4, ("v", 2, 3)), "a view that does not lie in it");
        Refuse(Start.Storage("Float", "0", 4).Storage("Double", "0", 4), "named twice");
    }

    [Fact]
    public void Load_SizesThatOnlyClaim_AreRefusedAtOnce()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        Refuse(Start.Op('}').Raw([(byte)'r', .. BitConverter.GetBytes(0x8000_0000)]), "memo number 2147483648");
        Refuse(Start.Op('}').Raw([(byte)'j', .. BitConverter.GetBytes(uint.MaxValue)]), "which was never stored");
        Refuse(Start.Raw([0x8b, .. BitConverter.GetBytes(int.MaxValue)]), "(LONG4)");
        Refuse(Start.Raw(0x8a, 255), "a number of 255 bytes");
        Refuse(Start.Raw([(byte)'X', .. BitConverter.GetBytes(uint.MaxValue)]), "a text that claims 4294967295 bytes");
        Refuse(Start.Raw([0x8d, .. BitConverter.GetBytes(ulong.MaxValue)]), "8-byte length");
        Refuse(Start.Raw([0x8e, .. BitConverter.GetBytes(1L << 40)]), "8-byte length");
        Refuse(Start.Raw([(byte)'B', .. BitConverter.GetBytes(int.MaxValue)]), "opcode 0x42");
        Refuse(new PickleWriter().Proto(4).Raw([0x95, .. BitConverter.GetBytes(ulong.MaxValue)]), "a frame that claims");
        Refuse(new PickleWriter().Proto(4).Raw([0x95, .. BitConverter.GetBytes(3L)]).Text("longer than its frame"), "beyond its frame");
        byte[] nested = [0x95, .. BitConverter.GetBytes(10L), 0x95, .. BitConverter.GetBytes(1L)];
        Refuse(new PickleWriter().Proto(4).Raw(nested), "a frame inside a frame");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40_000_000);
    }

    [Fact]
    public void Load_Bombs_StopAtTheLimits()
    {
        Refuse(Start.Raw(Enumerable.Repeat((byte)'(', 200).ToArray()), "nesting deeper than 128");
        Refuse(Start.Raw(Enumerable.Repeat((byte)'N', 70_000).ToArray()), "a stack deeper than 65536");
        Refuse(Start.Raw(Enumerable.Repeat((byte[])[(byte)'N', 0x85], 140_000).SelectMany(b => b).ToArray()), "");
        byte[][] appends = [.. Enumerable.Repeat((byte[])[(byte)'N', (byte)'a'], 140_000)];
        Refuse(Start.Op(']').Raw([.. appends.SelectMany(b => b)]), "more than 262144 opcodes");
        Refuse(new PickleWriter().Proto(4).Op('N').Raw(Enumerable.Repeat((byte)0x94, 140_000).ToArray()), "memo number 131072");
        var texts = Start.Op(']');
        for (var i = 0; i < 300; i++) texts.Text(new string('x', 65_000)).Op('a');
        Refuse(texts, "a pickle longer than 16777216 bytes");
        // Each list holds the one before ten times over: 10^25 leaves if anything walked through it.
        var laughs = Start.Op('(').Op(']');
        for (byte i = 0; i < 25; i++)
            laughs.Raw((byte)'q', i).Op(']').Raw(Enumerable.Repeat<byte[]>([(byte)'h', i, (byte)'a'], 10).SelectMany(b => b).ToArray());
        Refusal.OfBytes(PthBytes.Zip(laughs.Op('t').Stop().ToArray(), Tensors), "holds no state_dict");
        Refuse(Start.Op('}').Op(']').Op('N').Op('s'), "a dictionary key that is neither a text nor a number");
    }

    [Fact]
    public void Load_ManyKeysOfOneHash_KeepsNone()
    {
        // Both halves alike: 30 000 numbers whose .NET hash is 0.
        var pickle = Start.Op('}').Op('(');
        for (long i = 1; i <= 30_000; i++) pickle.Raw([0x8a, 8, .. BitConverter.GetBytes(i << 32 | i), (byte)'N']);
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["a.pth"], PthBytes.Zip(pickle.Op('u').Stop().ToArray(), []));

        Assert.Empty(Refusal.ReadAll(folder["a.pth"]));
    }

    [Fact]
    public void Load_BrokenMachinery_IsRefused()
    {
        Refuse(Start.Op('t'), "an operation without its mark");
        Refuse(Start.Op('R'), "an operation without its operand");
        Refuse(Start.Op('N').Op('(').Raw(0x85), "an operation without its operand");
        Refuse(Start.Op('N').Op('N'), "values left over");
        Refuse(Start.Op('}').Op('(').Text("k").Op('u'), "a key without its value");
        Refuse(Start.Op('N').Op('N').Op('a'), "something else where a list is needed");
        Refusal.OfBytes(PthBytes.Zip([0x80, 9, (byte)'.'], Tensors), "pickle protocol 9");
        Refusal.OfBytes(PthBytes.Zip(Encoding.ASCII.GetBytes($"\u0001c{new string('a', 300)}"), Tensors), "opcode 0x01");
        Refusal.OfBytes(PthBytes.Zip(Encoding.ASCII.GetBytes($"c{new string('a', 300)}"), Tensors), "a name longer than 256 bytes");
    }
}
