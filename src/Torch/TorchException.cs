namespace StyleFarm.Torch;

/// <summary>What libtorch reported, without its C++ backtrace.</summary>
public sealed class TorchException(string message, bool isOutOfMemory) : Exception(message)
{
    /// <summary>Whether the device or the machine had no memory left: the same call can succeed at a smaller size.</summary>
    public bool IsOutOfMemory { get; } = isOutOfMemory;
}
