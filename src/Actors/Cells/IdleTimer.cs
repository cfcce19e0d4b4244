namespace StyleFarm.Actors;

/// <summary>The receive timeout of a cell.</summary>
internal sealed class IdleTimer(ActorCell cell) : IDisposable
{
    ITimer? _timer;
    bool _counting;

    public TimeSpan? Span { get; private set; }

    public void Set(TimeSpan? span)
    {
        if (span <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(span), span, "Receive timeout must be positive");
        Span = span;
        _counting = false;
        if (span is null) Dispose();
    }

    /// <summary>A message that counts is being handled.</summary>
    public void Pause()
    {
        if (!_counting) return;
        _counting = false;
        _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Begins to count silence anew; goes on where a message that does not count came between.</summary>
    public void Resume()
    {
        if (_counting || Span is not { } span) return;
        _counting = true;
        if (_timer is null)
            _timer = cell.System.StartTimer(static state => ((IdleTimer)state!).Fire(), this, span, Timeout.InfiniteTimeSpan);
        else _timer.Change(span, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _timer = null;
        _counting = false;
    }

    void Fire() => cell.Mailbox.Post(new Envelope(ReceiveTimeout.Instance, null), force: true);
}
