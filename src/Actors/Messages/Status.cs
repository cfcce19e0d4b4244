namespace StyleFarm.Actors;

/// <summary>Answers that say how it went; <see cref="Failure"/> makes an ask or a pipe fail.</summary>
public abstract class Status
{
    /// <summary>It went well.</summary>
    public sealed class Success(object? status) : Status
    {
        public static readonly Success Instance = new(null);

        public object? Status => status;

        public override string ToString() => status is null ? "Success" : $"Success: {status}";
    }

    /// <summary>It failed.</summary>
    public sealed class Failure(Exception cause, object? state) : Status
    {
        public Failure(Exception cause) : this(cause, null)
        {
        }

        public Exception Cause => cause;

        public object? State => state;

        public override string ToString() => state is null ? $"Failure: {cause}" : $"Failure[{state}]: {cause}";
    }
}
