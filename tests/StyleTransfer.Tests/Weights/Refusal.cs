using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>What a refused file must look like: one line that begins with the file, says what is wrong, and what to do.</summary>
static class Refusal
{
    public static string Of(string path, Action action)
    {
        var error = Assert.Throws<StyleFarmException>(action);
        Check(path, error);
        return error.Message;
    }

    public static void Check(string path, StyleFarmException error)
    {
        Assert.Equal(ErrorCode.BadInput, error.Code);
        Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("; ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Length, path.Length + 10, path.Length + 600);
    }

    /// <summary>Writes a file and expects it to be refused, with this text in the message.</summary>
    public static string OfBytes(byte[] bytes, string expected)
    {
        using var folder = new TestKit.TempFolder();
        var path = folder["file.bin"];
        File.WriteAllBytes(path, bytes);
        var message = Of(path, () => ReadAll(path));
        Assert.Contains(expected, message, StringComparison.Ordinal);
        return message;
    }

    /// <summary>Reads every floating-point tensor of a file of any architecture.</summary>
    public static Dictionary<string, float[]> ReadAll(string path)
    {
        using var file = WeightsFile.Open(path);
        return file.Tensors.Values.Where(t => t.Type.IsFloating()).ToDictionary(t => t.Name, file.ReadFloats);
    }
}
