using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Scoring;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// What a batch will hold at the worst moment, counted before anything is allocated. Checked against the measured peak in tests and in
/// bench/; the scratch memory of the libraries below libtorch is not in it.
/// </summary>
/// <param name="WeightsBytes">The network's convolutions, for both directions.</param>
/// <param name="TargetsBytes">Content activations and Gram matrices.</param>
/// <param name="StateBytes">Images, step rule, best images and the divergence guard's copy.</param>
/// <param name="StepBytes">Activations, gradients and losses at the worst moment of a step.</param>
/// <param name="SetupBytes">What preparing the largest convolution takes besides; there is no step then.</param>
/// <param name="HostBytes">Vectors of L-BFGS, which are in the machine's memory whatever the device.</param>
public sealed record MemoryForecast(
    long WeightsBytes, long TargetsBytes, long StateBytes, long StepBytes, long SetupBytes, long HostBytes)
{
    /// <summary>On the device.</summary>
    public long DeviceBytes => WeightsBytes + Math.Max(SetupBytes, TargetsBytes + StateBytes + StepBytes);

    /// <summary>All together.</summary>
    public long TotalBytes => DeviceBytes + HostBytes;

    /// <summary>The forecast of the pass that needs most.</summary>
    /// <param name="recipe">The recipe that all cells share.</param>
    /// <param name="plan">Its passes.</param>
    /// <param name="precision">Of the network.</param>
    /// <param name="cells">The batch size, at least 1.</param>
    /// <param name="score">Whether balanced scores are wanted, which look deeper into the network than some recipes.</param>
    public static MemoryForecast Of(Recipe recipe, RenderPlan plan, Torch.torch.ScalarType precision, int cells, bool score = false)
    {
        var element = precision switch
        {
            Torch.torch.ScalarType.Float64 => 8,
            Torch.torch.ScalarType.BFloat16 => 2,
            _ => 4,
        };
        return plan.Passes.Select(pass => new Pass(recipe, pass.Size, element, cells).Forecast(score)).MaxBy(forecast => forecast.TotalBytes)!;
    }

    /// <summary>One convolution with its ReLU and the pooling layer after it, in bytes.</summary>
    /// <param name="Map">Its output.</param>
    /// <param name="InputMap">Its input.</param>
    /// <param name="Kept">Its taps: kept until the step ends, and each has a gradient from its losses before the way back begins.</param>
    /// <param name="Saved">All that the way back needs, its taps included.</param>
    /// <param name="Work">What running it takes besides: weights that are being packed or unrolled, and in float64 columns of its input.</param>
    /// <param name="IsConvTapped">Whether its ReLU is a step of its own.</param>
    readonly record struct Layer(long Map, long InputMap, long Kept, long Saved, long Work, bool IsConvTapped);

    sealed class Pass
    {
        // float64 sums losses in float64, everything else in float32.
        const int Float32 = 4;

        readonly Recipe _recipe;
        readonly ImageSize _size;
        readonly int _element;
        readonly int _loss;
        readonly int _cells;
        readonly HashSet<Tap> _taps;
        readonly int _deepest;
        readonly long _image;

        public Pass(Recipe recipe, ImageSize size, int element, int cells)
        {
            (_recipe, _size, _element, _loss, _cells) = (recipe, size, element, Math.Max(Float32, element), cells);
            _taps = [.. recipe.Content.Concat(recipe.Style).Select(weight => weight.Tap)];
            _deepest = _taps.Max().Position;
            _image = cells * 3L * size.Pixels * _loss;
        }

        public MemoryForecast Forecast(bool score)
        {
            var layers = Enumerable.Range(0, _deepest + 1).Select(LayerAt).ToList();
            var convolutions = VggLayer.All.Take(1 + (score ? Math.Max(_deepest, BalancedScorer.Deepest.Position) : _deepest)).ToList();
            var weights = convolutions.Sum(layer => 2L * layer.WeightCount * _element);
            var largest = convolutions.Max(layer => (long)layer.WeightCount);
            var targets = _recipe.Content.Sum(weight => Elements(weight.Tap) * _loss) + _recipe.Style.Sum(weight => Gram(weight.Tap));
            // The weights come in float32; the network's own type and a turned copy stand beside them for a moment.
            var setup = largest * (Float32 + (_element == Float32 ? 0 : _element)) + layers.Sum(layer => layer.Kept);
            return new MemoryForecast(weights, targets, State(), Math.Max(Losses(layers), WayBack(layers)), setup, Host());
        }

        Layer LayerAt(int index)
        {
            var (conv, relu) = VggTopology.Taps(index);
            var map = Elements(conv) * _element;
            var (isConvTapped, isReluTapped) = (_taps.Contains(conv), _taps.Contains(relu));
            var hasRelu = index < _deepest || isReluTapped;
            var kept = map * ((isConvTapped ? 1 : 0) + (isReluTapped ? 1 : 0));
            var saved = map * ((isConvTapped ? 1 : 0) + (hasRelu ? 1 : 0));
            const int indexBytes = 8;
            if (index < _deepest && VggTopology.EndsBlock(index) && _recipe.Pooling == Pooling.Max) saved += Elements(conv) / 4 * indexBytes;

            var inputMap = map / VggLayer.All[index].OutChannels * VggLayer.All[index].InChannels;
            // libtorch's own convolution, which float64 runs on, unrolls 3x3 neighbourhoods; the way back is a convolution of the output.
            var work = (long)VggLayer.All[index].WeightCount * _element + (_element == 8 ? 9 * map : 0);
            return new Layer(map, inputMap, kept, saved, work, isConvTapped);
        }

        /// <summary>While the losses' own gradients are made: everything is still there.</summary>
        long Losses(List<Layer> layers)
        {
            var content = _recipe.Content.Select(weight => Elements(weight.Tap) * _loss).ToList();
            var style = _recipe.Style.Select(weight => weight.Tap).ToList();
            var grams = style.Sum(Gram) + 2 * style.Max(Gram);
            // In bfloat16 a Gram matrix's gradient is a product of float32 copies before it becomes what its tap keeps.
            var copies = _element < Float32 ? style.Max(tap => Elements(tap) * (2 * _loss - _element)) : 0;
            return layers.Sum(layer => layer.Saved + layer.Kept) + content.Sum() + ContentCopies() + Math.Max(2 * content.Max(), copies) + grams + Images();
        }

        /// <summary>At the worst layer on the way back: what was saved below it, the taps above, and its own gradients.</summary>
        long WayBack(List<Layer> layers)
        {
            var saved = layers.Sum(layer => layer.Saved);
            var gradients = layers.Sum(layer => layer.Kept);
            long above = ContentCopies(), worst = 0;
            for (var i = layers.Count - 1; i >= 0; i--)
            {
                var layer = layers[i];
                gradients -= layer.Kept;
                var convolution = layer.Map + layer.InputMap + layer.Work;
                var own = layer.IsConvTapped ? Math.Max(3 * layer.Map, convolution) : layer.Map + convolution;
                worst = Math.Max(worst, saved + gradients + above + own);
                saved -= layer.Saved;
                above += layer.Kept;
            }

            return worst + Images();
        }

        long ContentCopies() => _element < Float32 ? _recipe.Content.Sum(weight => Elements(weight.Tap) * _loss) : 0;

        /// <summary>The image's gradient, that of its total variation, and what these are made from.</summary>
        long Images() => _image * ((_recipe.TvForm == TvForm.None ? 1 : 4) + (_recipe.Space == ColourSpace.Rgb01 ? 3 : 1));

        long State()
        {
            var best = _recipe.Keep == Keep.Best ? 1 : 0;
            // L-BFGS holds its images in float64 and evaluates other points.
            if (_recipe.Optimizer.Kind == OptimizerKind.Lbfgs) return _image * (8 / _loss * (1 + best) + 1);

            var slots = _recipe.Optimizer.Kind switch
            {
                OptimizerKind.Adam or OptimizerKind.AdamTf => 2,
                OptimizerKind.Rmsprop => 1,
                _ => _recipe.Optimizer.Momentum == 0 ? 0 : 1,
            };
            const int stateAndGuardCopy = 2;
            return stateAndGuardCopy * _image * (1 + slots + best);
        }

        /// <summary>SciPy's arithmetic is in float64. Each cell has pairs of steps and gradient differences, and a few vectors of work.</summary>
        long Host() => _recipe.Optimizer.Kind == OptimizerKind.Lbfgs ? _image / _loss * 8 * (2 * _recipe.Optimizer.Memory + 7) : 0;

        long Elements(Tap tap) =>
            (long)_cells * tap.Channels * VggTopology.SideAt(tap, _size.Width) * VggTopology.SideAt(tap, _size.Height);

        long Gram(Tap tap) => (long)_cells * tap.Channels * tap.Channels * _loss;
    }
}
