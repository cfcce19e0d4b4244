using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Tests.Rendering;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Tests.Losses;

/// <summary>
/// The whole objective: its value against plain loops over the network's activations, its gradient against central differences in
/// float64. ReLU and maximum have kinks; with a step of 1e-6 next to none lies between the two points.
/// </summary>
[Collection(nameof(Engine))]
public sealed class ObjectiveTests(WarmNetworks networks) : IClassFixture<WarmNetworks>
{
    static readonly ImageSize Size = new(18, 16);

    public static MatrixTheoryData<ContentForm, Pooling> ContentCases => new(
        Enum.GetValues<ContentForm>(), Enum.GetValues<Pooling>());

    public static MatrixTheoryData<GramForm, StyleForm> StyleCases => new(Enum.GetValues<GramForm>(), Enum.GetValues<StyleForm>());

    public static MatrixTheoryData<TvForm, ColourSpace> TvCases => new(
        Enum.GetValues<TvForm>().Except([TvForm.None]), Enum.GetValues<ColourSpace>());

    public static MatrixTheoryData<string, Pooling> TapCases => new(
        ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "conv2_1", "relu2_2", "conv3_1", "relu3_4", "conv4_2", "relu4_4", "conv5_1", "relu5_1"],
        Enum.GetValues<Pooling>());

    [Theory]
    [MemberData(nameof(ContentCases))]
    public void Content_gradient_agrees(ContentForm form, Pooling pooling) =>
        Check(Scenes.Recipe with { ContentForm = form, Pooling = pooling, StyleWeight = 0, TvForm = TvForm.None });

    [Theory]
    [MemberData(nameof(StyleCases))]
    public void Style_gradient_agrees(GramForm gram, StyleForm form) =>
        Check(Scenes.Recipe with { Gram = gram, StyleForm = form, ContentWeight = 0, TvForm = TvForm.None });

    [Theory]
    [MemberData(nameof(TvCases))]
    public void Total_variation_gradient_agrees_in_every_space(TvForm form, ColourSpace space) =>
        Check(Scenes.Recipe with { Space = space, TvForm = form, TvWeight = 2, ContentWeight = 1e-3, StyleWeight = 1e-3 });

    [Theory]
    [MemberData(nameof(TapCases))]
    public void Gradient_of_every_kind_of_tap_agrees(string tap, Pooling pooling) =>
        Check(Scenes.Recipe with { Content = [new(tap, 2)], Style = [new(tap, 3)], ContentWeight = 1, Pooling = pooling });

    void Check(Recipe recipe)
    {
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            var cells = new[] { Cell(1, recipe), Cell(2, recipe with { ContentWeight = 2 * recipe.ContentWeight, StyleWeight = 3 * recipe.StyleWeight }) };
            var network = networks.Exact;
            var space = new ImageSpace(recipe.Space);
            using var objective = Scenes.Objective(network, cells);
            var images = cat([.. cells.Select(cell => space.FromPixels(cell.Initial!.At(Size), float64, CPU))]);

            var rows = objective.Evaluate(images, withGradient: true).ToArray<double>();
            CheckValue(cells, network, images, rows);
            CheckGradient(objective, images, images.grad!.ToArray<double>());
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    static RenderCell Cell(ulong seed, Recipe recipe) => Scenes.Cell(recipe, Size, seed, new ImageSize(21, 17));

    static void CheckGradient(StyleObjective objective, Tensor images, double[] gradient)
    {
        const int seed = 5;
        var random = new Random(seed);
        var norm = Math.Sqrt(gradient.Sum(value => value * value));
        Assert.True(norm > 0, "the gradient is zero");
        var directions = new List<double[]> { ([.. gradient.Select(value => value / norm)]) };
        for (var i = 0; i < 2; i++)
        {
            double[] direction = [.. gradient.Select(_ => random.NextDouble() - 0.5)];
            var length = Math.Sqrt(direction.Sum(value => value * value));
            directions.Add([.. direction.Select(value => value / length)]);
        }

        var largest = Array.IndexOf(gradient, gradient.MaxBy(Math.Abs));
        foreach (var pixel in new[] { largest, random.Next(gradient.Length), random.Next(gradient.Length) })
            directions.Add([.. gradient.Select((_, i) => i == pixel ? 1.0 : 0)]);

        var start = images.ToArray<double>();
        const double step = 1e-6;
        foreach (var direction in directions)
        {
            var slope = (At(direction, step) - At(direction, -step)) / (2 * step);
            var expected = direction.Zip(gradient, (d, g) => d * g).Sum();
            Assert.True(Math.Abs(slope - expected) <= 2e-6 * norm, $"seed {seed}: gradient {expected:R}, differences {slope:R}, norm {norm:R}");
        }

        double At(double[] direction, double by)
        {
            using var scope = NewDisposeScope();
            var moved = tensor([.. start.Zip(direction, (x, d) => x + by * d)], images.shape);
            return objective.Evaluate(moved, withGradient: false).narrow(0, 3, 1).sum().ToDouble();
        }
    }

    static void CheckValue(RenderCell[] cells, Vgg19 network, Tensor images, double[] rows)
    {
        using var none = no_grad();
        for (var i = 0; i < cells.Length; i++)
        {
            var recipe = cells[i].Recipe;
            var space = new ImageSpace(recipe.Space);
            var image = images.narrow(0, i, 1);
            var taps = recipe.Content.Concat(recipe.Style).Select(weight => weight.Tap).ToHashSet();
            var features = Features(image);
            var contents = Features(space.FromPixels(cells[i].Content.At(Size), float64, CPU));
            var styles = Features(space.FromPixels(cells[i].Styles[0].Image.At(new ImageSize(21, 17)), float64, CPU));

            var content = recipe.ContentWeight
                * recipe.Content.Sum(weight => weight.Weight * LossReference.Content(features[weight.Tap], contents[weight.Tap], recipe.ContentForm));
            var style = recipe.StyleWeight * recipe.Style.Sum(weight => weight.Weight * LossReference.Style(features[weight.Tap],
                LossReference.Gram(styles[weight.Tap], recipe.Gram), recipe.Gram, recipe.StyleForm, Size.Height, Size.Width));
            var tv = recipe.TvForm == TvForm.None ? 0 : recipe.TvWeight * LossReference.TotalVariation(Planes(image), recipe.TvForm);
            foreach (var (expected, row) in new[] { content, style, tv, content + style + tv }.Select((value, row) => (value, row)))
            {
                var actual = rows[row * cells.Length + i];
                Assert.True(Math.Abs(expected - actual) <= 1e-10 * Math.Abs(expected), $"row {row} of cell {i}: {actual:R}, expected {expected:R}");
            }

            Dictionary<Tap, Planes> Features(Tensor given) =>
                network.Forward(space.NetworkInput(given), taps, recipe.Pooling).ToDictionary(pair => pair.Key, pair => Planes(pair.Value));
        }
    }

    static Planes Planes(Tensor tensor) => new((int)tensor.shape[1], (int)tensor.shape[2], (int)tensor.shape[3], tensor.ToArray<double>());
}
