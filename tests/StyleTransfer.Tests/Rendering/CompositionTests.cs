using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Rendering;

/// <summary>
/// An image's losses and gradient are the same to the bit in every batch, on any number of threads: all sums are an image's own, and
/// none is shared between threads. Not so in float64, where libtorch's own convolution runs: there rounding depends on the batch.
/// </summary>
[Collection(nameof(Engine))]
public sealed class CompositionTests : IDisposable
{
    readonly int _threads = get_num_threads();

    public void Dispose() => set_num_threads(_threads);

    public static MatrixTheoryData<ScalarType, string> Cases => new(
        [ScalarType.Float32, ScalarType.BFloat16], ["relative", "plain"]);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Losses_and_gradients_are_the_same_in_every_batch(ScalarType precision, string forms)
    {
        // Large enough for libtorch to share a sum between threads: 64x33x31 activations, Gram matrices of 256x256.
        var size = new ImageSize(33, 31);
        var recipe = Scenes.Recipe with { Content = [new("relu1_2", 1), new("conv3_1", 1)], Style = [new("relu1_1", 1), new("relu3_1", 1)] };
        if (forms == "plain")
            recipe = recipe with { ContentForm = ContentForm.Mse, StyleForm = StyleForm.Mse, Gram = GramForm.Hw, TvForm = TvForm.SumPow125 };
        using var network = Scenes.Network(precision);
        var cells = Enumerable.Range(1, 5).Select(i => Scenes.Cell(recipe, size, (ulong)i)).ToList();
        var space = new ImageSpace(recipe.Space);

        set_num_threads(1);
        var alone = cells.Select((_, i) => Evaluate([i])[0]).ToList();
        foreach (var threads in new[] { 1, 2, 3 })
            foreach (var batch in new int[][] { [0], [3], [0, 1], [2, 4, 0], [4, 3, 2, 1], [0, 1, 2, 3, 4] })
            {
                set_num_threads(threads);
                foreach (var (i, result) in batch.Zip(Evaluate(batch)))
                    Assert.True(alone[i].SequenceEqual(result), $"image {i} of {string.Join(",", batch)} on {threads} threads: "
                        + $"{alone[i].Zip(result).Count(pair => pair.First != pair.Second)} of {result.Length} bytes differ");
            }

        List<byte[]> Evaluate(int[] batch)
        {
            using var scope = NewDisposeScope();
            using var objective = Scenes.Objective(network, [.. batch.Select(i => cells[i])]);
            var joined = cat([.. batch.Select(i => space.FromPixels(cells[i].Initial!.At(size), float32, CPU))]);
            var rows = objective.Evaluate(joined, withGradient: true);
            return [.. batch.Select((_, column) => (byte[])[
                .. rows.narrow(1, column, 1).contiguous().ToBytes(), .. joined.grad!.narrow(0, column, 1).contiguous().ToBytes()])];
        }
    }
}
