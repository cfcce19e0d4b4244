using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Checkpoints;

public sealed class CheckpointFileTests : IDisposable
{
    static readonly CellCheckpoint Checkpoint = new()
    {
        Pass = 1,
        Step = 120,
        OptimizerSteps = 40,
        RateFactor = 0.125,
        Rollbacks = 3,
        Tensors = [new("image", SafetensorsType.F32, [1, 3, 1, 1], new byte[12]), new("optimizer.m", SafetensorsType.F64, [1], new byte[8])],
    };

    readonly TempFolder _folder = new();

    string FilePath => _folder["00000120.1.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read()
    {
        CheckpointFile.Write(FilePath, Checkpoint, new Dictionary<string, string> { ["recipe_hash"] = "abc" });

        var read = CheckpointFile.Read(FilePath);

        Assert.Equal(Checkpoint with { Tensors = read.Tensors }, read);
        Assert.Equal(["image", "optimizer.m"], read.Tensors.Select(tensor => tensor.Name).Order());
        Assert.Equal("abc", SafetensorsFile.Read(FilePath).Metadata["recipe_hash"]);
    }

    [Theory]
    [InlineData("format", "stylefarm-checkpoint/2")]
    [InlineData("step", "-1")]
    [InlineData("step", null)]
    [InlineData("pass", "one")]
    [InlineData("optimizer_steps", "")]
    [InlineData("rollbacks", "1.5")]
    [InlineData("rate_factor", null)]
    [InlineData("rate_factor", "half")]
    [InlineData("rate_factor", "NaN")]
    [InlineData("rate_factor", "0")]
    public void A_broken_entry_is_named(string key, string? value)
    {
        CheckpointFile.Write(FilePath, Checkpoint, new Dictionary<string, string>());
        var file = SafetensorsFile.Read(FilePath);
        var metadata = new Dictionary<string, string>(file.Metadata);
        if (value is null) metadata.Remove(key);
        else metadata[key] = value;
        SafetensorsFile.Write(FilePath, [.. file.Tensors.Values], metadata);

        var failure = Assert.Throws<StyleFarmException>(() => CheckpointFile.Read(FilePath));

        Assert.Equal(ErrorCode.BadInput, failure.Code);
        Assert.StartsWith(FilePath, failure.Message, StringComparison.Ordinal);
        Assert.Contains(key, failure.Message, StringComparison.Ordinal);
        Assert.Contains("delete it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_an_image_is_refused()
    {
        CheckpointFile.Write(FilePath, Checkpoint with { Tensors = [Checkpoint.Tensors[1]] }, new Dictionary<string, string>());

        Assert.Contains("no image", Assert.Throws<StyleFarmException>(() => CheckpointFile.Read(FilePath)).Message, StringComparison.Ordinal);
    }
}
