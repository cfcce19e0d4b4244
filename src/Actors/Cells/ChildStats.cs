namespace StyleFarm.Actors;

/// <summary>A child and how often it was restarted.</summary>
internal sealed class ChildStats(LocalActorRef child, TimeProvider time)
{
    int _restarts;
    long? _windowStart;

    public LocalActorRef Child => child;

    /// <summary>Counts a restart.</summary>
    /// <param name="maxRestarts">Restarts in a window; below 0 for any number (or one, if there is a window).</param>
    /// <param name="window">The window; zero or less for all time.</param>
    /// <returns>Whether it is allowed.</returns>
    public bool RequestRestart(int maxRestarts, TimeSpan window)
    {
        if (maxRestarts == 0) return false;
        if (window > TimeSpan.Zero) return RestartsInWindow(maxRestarts < 0 ? 1 : maxRestarts, window);
        return maxRestarts < 0 || ++_restarts <= maxRestarts;
    }

    // The window opens with a restart and closes when its time is over; then counting begins anew.
    bool RestartsInWindow(int maxRestarts, TimeSpan window)
    {
        var now = time.GetTimestamp();
        var start = _windowStart ??= now;
        if (time.GetElapsedTime(start, now) <= window) return ++_restarts <= maxRestarts;
        (_restarts, _windowStart) = (1, now);
        return true;
    }
}
