using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Keeps a fault of RabbitMQ.Client 7.1.2 from ending the process: when heartbeats fail while a delivery is being handled, the timer that
/// notices closes a channel of deliveries twice, and the exception has nobody to catch it (rabbitmq-dotnet-client#1884). The connection is
/// lost by then and is made again; the exception says nothing more. All others end the process as ever.
/// </summary>
static class HeartbeatGuard
{
    static int _isInstalled;

    /// <summary>Sets it for this process, once. One that was set by somebody else stays.</summary>
    public static void Install()
    {
        if (Interlocked.Exchange(ref _isInstalled, 1) == 1) return;
        try
        {
            ExceptionHandling.SetUnhandledExceptionHandler(IsHarmless);
        }
        catch (InvalidOperationException)
        {
            // A process has but one, and it has one. The handlers of deliveries return at once, so the fault is very unlikely.
        }
    }

    /// <summary>Whether it is that very fault.</summary>
    public static bool IsHarmless(Exception error) =>
        error is ChannelClosedException && error.StackTrace is { } trace
        && trace.Contains("RabbitMQ.Client.", StringComparison.Ordinal)
        && trace.Contains("HeartbeatReadTimerCallback", StringComparison.Ordinal);
}
