using StyleFarm.GpuNode.Engines;
using StyleFarm.GpuNode.Telemetry;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Rendering;
using StyleFarm.StyleTransfer.Rendering.Targets;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.GpuNode.Rendering;

/// <summary>The network of an engine and the targets that it has computed, kept warm. Belongs to the render thread.</summary>
sealed class WarmNetwork(StyleEngineOptions options, TimeProvider clock) : IDisposable
{
    readonly TargetCache _targets = new(options.TargetCacheBytes);
    (long Hits, long Misses) _counted;
    VggWeights? _weights;
    Vgg19? _network;

    public VggWeights Weights => _weights ??= Load();

    /// <summary>Threads of the processor that compute.</summary>
    public int Threads { get; private set; }

    /// <summary>What a precision's name stands for; null: nothing.</summary>
    public static ScalarType? TypeOf(string precision) => precision switch
    {
        "fp32" => float32,
        "bf16" => bfloat16,
        "fp64" => float64,
        _ => null,
    };

    /// <summary>A renderer with the network in a precision; another one's is let go.</summary>
    /// <param name="precision">What to compute in.</param>
    /// <param name="needed">What the next batch will hold: targets of earlier ones go when there is no room for both.</param>
    public StyleRenderer Renderer(ScalarType precision, MemoryForecast needed)
    {
        if (_network is not { } network || network.Precision != precision)
        {
            _network?.Dispose();
            _network = network = new Vgg19(Weights, precision, options.Device);
        }

        if (Room() is { } room && needed.DeviceBytes + _targets.Bytes > room.DeviceBytes) _targets.Clear();
        return new StyleRenderer(network, clock, _targets);
    }

    /// <summary>Counts targets that were asked for since the last call.</summary>
    public void CountTargets()
    {
        var (hits, misses) = (_targets.Hits, _targets.Misses);
        NodeInstruments.TargetsAsked(hits - _counted.Hits, misses - _counted.Misses);
        _counted = (hits, misses);
    }

    /// <summary>
    /// What the engine may hold: what the device can still give, and what the engine has of it already; null when not known.
    /// </summary>
    public MemoryRoom? Room()
    {
        var available = options.AvailableBytes is { } ask ? ask() : DeviceMemory.AvailableBytes(options.Device);
        var held = memory.statistics(options.Device);
        if (available is not { } free) return null;
        return new MemoryRoom(free + held.Live + held.Cached, options.Device.IsCuda ? DeviceMemory.AvailableBytes(CPU) : null);
    }

    public void Dispose()
    {
        _network?.Dispose();
        _targets.Dispose();
    }

    VggWeights Load()
    {
        // The number of threads is this thread's own affair.
        if (options.Threads is { } threads) set_num_threads(threads);
        Threads = get_num_threads();
        return options.Weights();
    }
}
