using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Checkpoints;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Safetensors;
using StyleFarm.StyleTransfer.Tests.Golden;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>A checkpoint that is not one of the cell fails the cell, with a message that says why, and no one else.</summary>
[Collection(nameof(Engine))]
public sealed class BadCheckpointTests(WarmNetworks networks) : IClassFixture<WarmNetworks>
{
    static readonly ImageSize Size = new(12, 11);

    public static TheoryData<string, string> Cases => new()
    {
        { "no moments", "no tensor 'optimizer.m'" },
        { "half the moments", "no tensor 'optimizer.v'" },
        { "no image", "no tensor 'image'" },
        { "no best image", "no tensor 'best.image'" },
        { "no good moments", "no tensor 'good.optimizer.m'" },
        { "other size", "'image' is F32 1x3x12x11, expected F32 1x3x11x12" },
        { "moments of another size", "'optimizer.v' is F32 1x3x2x2" },
        { "other precision", "'image' is F64 1x3x11x12, expected F32" },
        { "pass", "pass 1, and the recipe has 1" },
        { "negative pass", "pass -1" },
        { "too far", "step 15, and pass 0 goes from 0 to 14" },
        { "good too far", "step 99, and pass 0 goes from 0 to 14" },
        { "optimizer steps", "its optimizer did 2 steps, expected 13" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_refused_by_name(string fault, string message)
    {
        var cell = Scenes.Cell(Scenes.Recipe with { Keep = Keep.Best, Steps = 14 }, Size);
        var mate = Scenes.Cell(cell.Recipe, Size, 2);
        var checkpoint = Spoilt(fault, StoppedAt(cell, 13));
        var observer = new RecordingObserver();

        Scenes.RenderBatch(networks.Fast, [new BatchCell(cell, checkpoint), new BatchCell(mate)], observer);

        var (index, failure) = Assert.Single(observer.Failures);
        Assert.Equal((0, ErrorCode.BadInput), (index, failure.Code));
        Assert.Contains("cell-1", failure.Message, StringComparison.Ordinal);
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal([1], observer.Results.Keys);
    }

    [Fact]
    public void Before_the_first_step_there_need_be_no_moments()
    {
        var cell = Scenes.Cell(Scenes.Recipe with { Keep = Keep.Best }, Size);
        var checkpoint = StoppedAt(cell, 0);
        var bare = checkpoint with { Tensors = [.. checkpoint.Tensors.Where(entry => entry.Name == "image")] };

        var expected = Scenes.Render(networks.Fast, [cell], new RecordingObserver())[0];

        Assert.Equal(expected.Image.Pixels, Scenes.Render(networks.Fast, [cell], new RecordingObserver(), [bare])[0].Image.Pixels);
    }

    CellCheckpoint StoppedAt(RenderCell cell, int step)
    {
        var observer = new RecordingObserver();
        Scenes.RenderBatch(networks.Fast, [new BatchCell(cell, StopAt: step)], observer);
        return Assert.Single(observer.Stops).Stopped.Checkpoint;
    }

    static CellCheckpoint Spoilt(string fault, CellCheckpoint checkpoint)
    {
        return fault switch
        {
            "no moments" => Without("optimizer.m", "optimizer.v"),
            "half the moments" => Without("optimizer.v"),
            "no image" => Without("image"),
            "no best image" => Without("best.image"),
            "no good moments" => Without("good.optimizer.m"),
            "other size" => With("image", entry => entry with { Shape = [1, 3, 12, 11] }),
            "moments of another size" => With("optimizer.v", entry => entry with { Shape = [1, 3, 2, 2], Data = entry.Data[..48] }),
            "other precision" => With("image", entry => entry with { Type = SafetensorsType.F64, Data = new byte[2 * entry.Data.Length] }),
            "pass" => checkpoint with { Pass = 1 },
            "negative pass" => checkpoint with { Pass = -1 },
            "too far" => checkpoint with { Step = 15 },
            "good too far" => checkpoint with { GoodStep = 99 },
            "optimizer steps" => checkpoint with { OptimizerSteps = 2 },
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "not a case"),
        };

        CellCheckpoint Without(params string[] names) =>
            checkpoint with { Tensors = [.. checkpoint.Tensors.Where(entry => !names.Contains(entry.Name))] };

        CellCheckpoint With(string name, Func<SafetensorsEntry, SafetensorsEntry> change) =>
            checkpoint with { Tensors = [.. checkpoint.Tensors.Select(entry => entry.Name == name ? change(entry) : entry)] };
    }
}
