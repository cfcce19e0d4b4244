namespace StyleFarm.Messages;

/// <summary>What kind of failure a <see cref="StyleFarmException"/> reports; decides the exit code and whether a retry can help.</summary>
public enum ErrorCode
{
    /// <summary>Wrong options or recipe: exit code 2.</summary>
    BadUsage,

    /// <summary>A file that is missing, broken or refused: exit code 2.</summary>
    BadInput,

    /// <summary>The disk, the memory or the device does not hold what was asked: exit code 2.</summary>
    OutOfResources,

    /// <summary>The optimisation diverged or the engine failed: exit code 1.</summary>
    RenderFailed,
}

/// <summary>
/// A failure that a person can act on. The message is one line that names the file or the key, what was found, what was expected, and
/// the remedy; it is shown as it stands, without a stack trace.
/// </summary>
public sealed class StyleFarmException(ErrorCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of failure.</summary>
    public ErrorCode Code { get; } = code;

    /// <summary>A <see cref="ErrorCode.BadInput"/> failure.</summary>
    public static StyleFarmException BadInput(string message, Exception? inner = null) => new(ErrorCode.BadInput, message, inner);

    /// <summary>A <see cref="ErrorCode.BadUsage"/> failure.</summary>
    public static StyleFarmException BadUsage(string message, Exception? inner = null) => new(ErrorCode.BadUsage, message, inner);
}
