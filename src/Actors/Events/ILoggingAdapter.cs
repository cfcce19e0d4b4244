using System.Globalization;

namespace StyleFarm.Actors;

/// <summary>Writes log events of one source onto the event stream; nothing is formatted while nobody listens.</summary>
public interface ILoggingAdapter
{
    bool IsDebugEnabled { get; }

    bool IsInfoEnabled { get; }

    bool IsWarningEnabled { get; }

    bool IsErrorEnabled { get; }

    bool IsEnabled(LogLevel logLevel);

    void Log(LogLevel logLevel, Exception? cause, string format);
}

/// <summary>A method per level; <c>{0}</c> in a format stands for its first argument.</summary>
public static class LoggingExtensions
{
    public static void Debug(this ILoggingAdapter log, string format, params object?[] args) =>
        Write(log, LogLevel.DebugLevel, null, format, args);

    public static void Info(this ILoggingAdapter log, string format, params object?[] args) =>
        Write(log, LogLevel.InfoLevel, null, format, args);

    public static void Warning(this ILoggingAdapter log, string format, params object?[] args) =>
        Write(log, LogLevel.WarningLevel, null, format, args);

    public static void Error(this ILoggingAdapter log, string format, params object?[] args) =>
        Write(log, LogLevel.ErrorLevel, null, format, args);

    public static void Debug(this ILoggingAdapter log, Exception cause, string format, params object?[] args) =>
        Write(log, LogLevel.DebugLevel, cause, format, args);

    public static void Info(this ILoggingAdapter log, Exception cause, string format, params object?[] args) =>
        Write(log, LogLevel.InfoLevel, cause, format, args);

    public static void Warning(this ILoggingAdapter log, Exception cause, string format, params object?[] args) =>
        Write(log, LogLevel.WarningLevel, cause, format, args);

    public static void Error(this ILoggingAdapter log, Exception cause, string format, params object?[] args) =>
        Write(log, LogLevel.ErrorLevel, cause, format, args);

    static void Write(ILoggingAdapter log, LogLevel level, Exception? cause, string format, object?[] args)
    {
        if (log.IsEnabled(level))
            log.Log(level, cause, args.Length == 0 ? format : string.Format(CultureInfo.InvariantCulture, format, args));
    }
}

/// <summary>Loggers of actors and systems.</summary>
public static class Logging
{
    /// <summary>A logger whose source is the actor.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context) =>
        new BusLogging(context.System.EventStream, context.Self.Path.ToString(), context.Props.Type);

    /// <summary>A logger whose source is <paramref name="logSourceObj"/>: a type or any object.</summary>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj) =>
        new BusLogging(system.EventStream, logSourceObj.ToString() ?? "", logSourceObj as Type ?? logSourceObj.GetType());
}

internal sealed class BusLogging(EventStream events, string source, Type type) : ILoggingAdapter
{
    public bool IsDebugEnabled => events.HasSubscribersOf(typeof(Debug));

    public bool IsInfoEnabled => events.HasSubscribersOf(typeof(Info));

    public bool IsWarningEnabled => events.HasSubscribersOf(typeof(Warning));

    public bool IsErrorEnabled => events.HasSubscribersOf(typeof(Error));

    public bool IsEnabled(LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => IsDebugEnabled,
        LogLevel.InfoLevel => IsInfoEnabled,
        LogLevel.WarningLevel => IsWarningEnabled,
        _ => IsErrorEnabled,
    };

    public void Log(LogLevel logLevel, Exception? cause, string format) => events.Publish(logLevel switch
    {
        LogLevel.DebugLevel => new Debug(cause, source, type, format),
        LogLevel.InfoLevel => new Info(cause, source, type, format),
        LogLevel.WarningLevel => new Warning(cause, source, type, format),
        _ => new Error(cause, source, type, format),
    });
}
