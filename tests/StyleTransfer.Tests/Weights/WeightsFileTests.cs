using System.Text;
using StyleFarm.StyleTransfer.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

public sealed class WeightsFileTests
{
    static readonly TestTensor Plain = TestTensor.Of("a", [1, 2, 3, 4, 5, 6], 2, 3);

    static Dictionary<string, float[]> Read(byte[] bytes)
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["misleading.safetensors.jpg"], bytes);
        return Refusal.ReadAll(folder["misleading.safetensors.jpg"]);
    }

    [Fact]
    public void Read_StridedShiftedAndSharedTensors_AreGathered()
    {
        TestTensor[] tensors =
        [
            Plain,
            Plain with { Name = "transposed", Shape = [3, 2], Strides = [1, 3] },
            Plain with { Name = "shifted", Offset = 4, Shape = [2], Strides = [1] },
            Plain with { Name = "column", Offset = 1, Shape = [2, 1], Strides = [3, 1] },
            Plain with { Name = "repeated", Offset = 2, Shape = [2, 2], Strides = [0, 0] },
            Plain with { Name = "oddly strided one", Shape = [1, 6, 1], Strides = [99, 1, 77] },
            Plain with { Name = "empty", Shape = [0, 7], Strides = [7, 1] },
            Plain with { Name = "scalar", Offset = 5, Shape = [], Strides = [] },
        ];
        foreach (var bytes in new[] { PthBytes.Legacy(tensors), PthBytes.Zip(tensors) })
        {
            var found = Read(bytes);

            Assert.Equal([1, 2, 3, 4, 5, 6], found["a"]);
            Assert.Equal([1, 4, 2, 5, 3, 6], found["transposed"]);
            Assert.Equal([5, 6], found["shifted"]);
            Assert.Equal([2, 5], found["column"]);
            Assert.Equal([3, 3, 3, 3], found["repeated"]);
            Assert.Equal([1, 2, 3, 4, 5, 6], found["oddly strided one"]);
            Assert.Empty(found["empty"]);
            Assert.Equal([6], found["scalar"]);
        }
    }

    [Fact]
    public void Read_OtherFloatTypes_AreConverted()
    {
        TestTensor Of(string type, params byte[][] elements) =>
            new(type, type, [.. elements.SelectMany(e => e)], elements.Length, 0, [elements.Length], [1], type);
        TestTensor[] tensors =
        [
            Of("Double", BitConverter.GetBytes(0.1), BitConverter.GetBytes(1e300)),
            Of("Half", BitConverter.GetBytes((Half)(-1.5f)), BitConverter.GetBytes(Half.Epsilon)),
            Of("BFloat16", [0x80, 0x3f], [0x49, 0x40]),
            Of("Long", BitConverter.GetBytes(5L)),
        ];
        foreach (var bytes in new[] { PthBytes.Legacy(tensors), PthBytes.Zip(tensors) })
        {
            var found = Read(bytes);

            Assert.Equal([0.1f, float.PositiveInfinity], found["Double"]);
            Assert.Equal([-1.5f, 5.9604645e-8f], found["Half"]);
            Assert.Equal([1f, 3.140625f], found["BFloat16"]);
            Assert.False(found.ContainsKey("Long"));
        }
    }

    [Fact]
    public void Read_PickleOfPython2And2017_IsUnderstood()
    {
        // OrderedDict([[key, tensor], ...]) with short strings; _rebuild_tensor, a Parameter with a state, and a bare FloatTensor with one.
        var pickle = new PickleWriter().Proto().Global("collections", "OrderedDict").Op(']').Op('(')
            .Op(']').Op('(').ShortString("old").Global("torch._utils", "_rebuild_tensor").Op('(').Storage("Float", "sa", 6).Int(0)
            .Ints([2, 3]).Ints([3, 1]).Op('t').Op('R').Op('e')
            .Op(']').Op('(').ShortString("parameter").Global("torch.nn.parameter", "Parameter")
            .Global("torch._utils", "_rebuild_tensor").Op('(').Storage("Float", "sa", 6).Int(3)
            .Global("torch", "Size").Ints([3]).Raw(0x85).Op('R').Ints([1]).Op('t').Op('R').Raw(0x85).Raw(0x81)
            .Op('(').Raw(0x88).Raw(0x89).Global("collections", "OrderedDict").Op(']').Raw(0x85).Op('R').Op('t').Op('b').Op('e')
            .Op(']').Op('(').ShortString("bare").Global("torch", "FloatTensor").Op(')').Op('R')
            .Op('(').Storage("Float", "sa", 6, ("view", 2, 4)).Int(1).Ints([2]).Ints([2]).Op('t').Op('b').Op('e')
            .Op('e').Raw(0x85).Op('R').Stop().ToArray();

        var found = Read(PthBytes.Legacy(pickle, [Plain]));

        Assert.Equal([1, 2, 3, 4, 5, 6], found["old"]);
        Assert.Equal([4, 5, 6], found["parameter"]);
        Assert.Equal([4, 6], found["bare"]);
    }

    [Fact]
    public void Read_TensorOutsideItsStorage_IsRefused()
    {
        TestTensor[] bad =
        [
            Plain with { Offset = 1 }, Plain with { Offset = -1 }, Plain with { Offset = long.MaxValue }, Plain with { Shape = [2, 4] },
            Plain with { Strides = [4, 1] }, Plain with { Strides = [long.MaxValue, long.MaxValue] }, Plain with { Strides = [-3, 1] },
            Plain with { Shape = [-2, -3] }, Plain with { Shape = [1L << 32, 1L << 32] }, Plain with { Shape = [6], Strides = [1, 1] },
            Plain with { Shape = new long[17], Strides = new long[17] },
            Plain with { Shape = [long.MaxValue, 0, 2], Strides = [1, 1, 1], Offset = -5 },
        ];
        foreach (var tensor in bad)
        {
            Refusal.OfBytes(PthBytes.Legacy([tensor]), "");
            Refusal.OfBytes(PthBytes.Zip([tensor]), "");
        }
    }

    [Fact]
    public void Read_LegacyStoragesThatDoNotMatch_AreRefused()
    {
        var state = PickleWriter.StateDict([Plain]);
        Refusal.OfBytes(PthBytes.Legacy(state, [Plain with { StorageKey = "other" }]), "names 'other', which no tensor uses");
        Refusal.OfBytes(PthBytes.Legacy(state, []), "storage 'sa' is missing from the file's list");
        Refusal.OfBytes(PthBytes.Legacy(state, [Plain with { StorageElements = 5 }]), "has 5 elements where 6 are announced");
        Refusal.OfBytes([.. PthBytes.LegacyPreamble(isLittleEndian: false), .. state], "big-endian");
        Refusal.OfBytes(
            [.. PthBytes.Magic, .. new PickleWriter().Proto().Int(1002).Stop().ToArray()], "the serialisation protocol is not 1001");
        Refusal.OfBytes(new PickleWriter().Proto().Int(7).Stop().ToArray(), "magic number");
        Refusal.OfBytes(PthBytes.Zip(new PickleWriter().Proto().Int(7).Stop().ToArray(), []), "holds no state_dict");
    }

    [Fact]
    public void Open_FilesThatAreNoWeights_SayWhatTheyAre()
    {
        Refusal.OfBytes("<!DOCTYPE html><html>404"u8.ToArray(), "it looks like a web page");
        Refusal.OfBytes("version https://git-lfs.github.com/spec/v1\noid"u8.ToArray(), "Git LFS pointer");
        Refusal.OfBytes([0x89, .. "HDF\r\n"u8], "HDF5");
        Refusal.OfBytes([0x1f, 0x8b, 8, 0], "gzip");
        Refusal.OfBytes([0xff, 0xd8, 0xff, 0xe0], "ffd8ffe0");
        Refusal.OfBytes(Encoding.ASCII.GetBytes(new string('a', 257) + "ustar"), "tar archive");
        Refusal.OfBytes([], "is empty");
    }

    [Fact]
    public void Open_PathsThatAreNoFiles_SaySo()
    {
        using var folder = new TempFolder();

        Assert.Contains(
            "no such file", Refusal.Of(folder["none.pth"], () => VggWeights.Load(folder["none.pth"])), StringComparison.Ordinal);
        Assert.Contains("is a folder", Refusal.Of(folder.Path, () => VggWeights.Load(folder.Path)), StringComparison.Ordinal);
        Assert.Contains("is empty", Refusal.Of("/dev/zero", () => VggWeights.Load("/dev/zero")), StringComparison.Ordinal);
        Refusal.Of(folder["none.pth"] + "/x", () => VggWeights.Load(folder["none.pth"] + "/x"));
        File.CreateSymbolicLink(folder["dangling"], folder["none.pth"]);
        Refusal.Of(folder["dangling"], () => VggWeights.Load(folder["dangling"]));
        File.CreateSymbolicLink(folder["loop"], folder["loop"]);
        Refusal.Of(folder["loop"], () => VggWeights.Load(folder["loop"]));
    }
}
