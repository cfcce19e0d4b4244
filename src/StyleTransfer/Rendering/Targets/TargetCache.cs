using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Imaging;
using static StyleFarm.Torch.torch;

namespace StyleFarm.StyleTransfer.Rendering.Targets;

/// <summary>
/// Content activations and Gram matrices of input images, kept on the device from batch to batch, least recently used first to go. Lives
/// as long as the warm network; used by one thread at a time, but the counts may be read by any.
/// </summary>
/// <param name="capacityBytes">What it holds at most, at least 0. What a running batch uses may outlive its place here.</param>
public sealed class TargetCache(long capacityBytes) : IDisposable
{
    readonly Dictionary<TargetKey, LinkedListNode<(TargetKey Key, TapTensors Tensors)>> _found = [];
    readonly LinkedList<(TargetKey Key, TapTensors Tensors)> _newestFirst = [];
    long _hits;
    long _misses;
    long _bytes;

    /// <summary>What it holds at most.</summary>
    public long CapacityBytes { get; } = capacityBytes >= 0 ? capacityBytes : throw new ArgumentOutOfRangeException(nameof(capacityBytes));

    /// <summary>How often something was there.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>How often something had to be computed.</summary>
    public long Misses => Interlocked.Read(ref _misses);

    /// <summary>What it holds now.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        while (_newestFirst.Count > 0) ForgetOldest();
    }

    public void Dispose() => Clear();

    /// <summary>What is kept under a key, computed if need be. The caller disposes what it gets.</summary>
    internal TapTensors Get(TargetKey key, Func<TapTensors> compute)
    {
        if (_found.TryGetValue(key, out var node))
        {
            Interlocked.Increment(ref _hits);
            _newestFirst.Remove(node);
            _newestFirst.AddFirst(node);
            return node.Value.Tensors.Alias();
        }

        Interlocked.Increment(ref _misses);
        var tensors = compute();
        // What alone is too large would only drive out everything else.
        if (tensors.Bytes > CapacityBytes) return tensors;

        _found.Add(key, _newestFirst.AddFirst((key, tensors.Alias())));
        Interlocked.Add(ref _bytes, tensors.Bytes);
        while (_bytes > CapacityBytes) ForgetOldest();
        return tensors;
    }

    void ForgetOldest()
    {
        var (key, tensors) = _newestFirst.Last!.Value;
        _newestFirst.RemoveLast();
        _found.Remove(key);
        Interlocked.Add(ref _bytes, -tensors.Bytes);
        tensors.Dispose();
    }
}

/// <summary>All that decides what an image's activations are.</summary>
/// <param name="Weights">The network's identity.</param>
/// <param name="Device">Where it runs.</param>
/// <param name="Precision">What it computes in.</param>
/// <param name="Image">The image's identity, or the image itself.</param>
/// <param name="Size">Of the image.</param>
/// <param name="Taps">Their names.</param>
/// <param name="Pooling">How maps are halved.</param>
/// <param name="Space">What the network is fed.</param>
/// <param name="Gram">The Gram matrix's divisor; null: the activations themselves.</param>
readonly record struct TargetKey(string Weights, Device Device, ScalarType Precision, object Image, ImageSize Size, string Taps, Pooling Pooling,
    ColourSpace Space, GramForm? Gram);
