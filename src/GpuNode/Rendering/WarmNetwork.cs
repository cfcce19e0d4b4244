using StyleFarm.GpuNode.Engines;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Weights;
using static StyleFarm.Torch.torch;

namespace StyleFarm.GpuNode.Rendering;

/// <summary>The network of an engine, loaded when it is first needed and kept warm. Belongs to the render thread.</summary>
sealed class WarmNetwork(StyleEngineOptions options) : IDisposable
{
    VggWeights? _weights;
    Vgg19? _network;

    public VggWeights Weights => _weights ??= Load();

    /// <summary>Threads of the processor that compute.</summary>
    public int Threads { get; private set; }

    /// <summary>What a precision's name stands for.</summary>
    /// <exception cref="StyleFarmException">BadUsage: nothing.</exception>
    public static ScalarType TypeOf(string precision) => precision switch
    {
        "fp32" => float32,
        "bf16" => bfloat16,
        "fp64" => float64,
        _ => throw StyleFarmException.BadUsage($"precision '{precision}': give fp32, bf16 or fp64"),
    };

    /// <summary>The network in a precision; another one's is let go.</summary>
    public Vgg19 In(ScalarType precision)
    {
        if (_network is { } network && network.Precision == precision) return network;
        Dispose();
        return _network = new Vgg19(Weights, precision, options.Device);
    }

    /// <summary>Bytes that the engine may hold: what the device can still give, and what the engine has of it already.</summary>
    public long? Budget()
    {
        var available = options.AvailableBytes is { } ask ? ask() : DeviceMemory.AvailableBytes(options.Device);
        var held = memory.statistics(options.Device);
        return available is { } free ? free + held.Live + held.Cached : null;
    }

    public void Dispose()
    {
        _network?.Dispose();
        _network = null;
    }

    VggWeights Load()
    {
        // The number of threads is this thread's own affair.
        if (options.Threads is { } threads) set_num_threads(threads);
        Threads = get_num_threads();
        return options.Weights();
    }
}
