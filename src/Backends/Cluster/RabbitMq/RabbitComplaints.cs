namespace StyleFarm.Backends.Cluster;

/// <summary>Tells of messages that cannot be carried or understood, a few at a time: a flood of them is not to be one of lines.</summary>
sealed class RabbitComplaints(RabbitParts parts)
{
    const int Most = 10;

    static readonly TimeSpan Span = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    long _began = parts.Now;
    int _told;
    long _untold;

    public void Tell(string line)
    {
        lock (_gate)
        {
            if (parts.Since(_began) > Span)
            {
                if (_untold > 0) parts.Note($"{_untold} more messages could not be carried or understood");
                (_began, _told, _untold) = (parts.Now, 0, 0);
            }

            if (_told++ < Most) parts.Note(line);
            else _untold++;
        }
    }
}
