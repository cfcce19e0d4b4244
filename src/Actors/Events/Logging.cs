namespace StyleFarm.Actors;

/// <summary>How much a log event matters.</summary>
public enum LogLevel
{
    DebugLevel,
    InfoLevel,
    WarningLevel,
    ErrorLevel,
}

/// <summary>A line of the log as an event of <see cref="EventStream"/>; whoever writes logs subscribes to this type.</summary>
public abstract class LogEvent(Exception? cause, string logSource, Type logClass, object message)
{
    public Exception? Cause => cause;

    /// <summary>Path of the actor that speaks.</summary>
    public string LogSource => logSource;

    public Type LogClass => logClass;

    public object Message => message;

    public abstract LogLevel LogLevel();

    public override string ToString() =>
        $"[{LogLevel().ToString()[..^5].ToUpperInvariant()}][{logSource}] {message}{(cause is null ? "" : $"\nCause: {cause}")}";
}

public class Debug(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public Debug(string logSource, Type logClass, object message) : this(null, logSource, logClass, message)
    {
    }

    public override LogLevel LogLevel() => Actors.LogLevel.DebugLevel;
}

public class Info(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public Info(string logSource, Type logClass, object message) : this(null, logSource, logClass, message)
    {
    }

    public override LogLevel LogLevel() => Actors.LogLevel.InfoLevel;
}

public class Warning(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public Warning(string logSource, Type logClass, object message) : this(null, logSource, logClass, message)
    {
    }

    public override LogLevel LogLevel() => Actors.LogLevel.WarningLevel;
}

public class Error(Exception? cause, string logSource, Type logClass, object message) : LogEvent(cause, logSource, logClass, message)
{
    public override LogLevel LogLevel() => Actors.LogLevel.ErrorLevel;
}
