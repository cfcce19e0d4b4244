using RabbitMQ.Client;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Cluster;

/// <summary>Keeps a session with the broker: when one ends another is begun, for as long as it takes.</summary>
sealed class RabbitLink(RabbitParts parts) : IAsyncDisposable
{
    static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Steady = TimeSpan.FromSeconds(5);

    readonly CancellationTokenSource _stop = new();
    readonly RabbitDialer _dialer = new(parts.Address, parts.Options);
    Action<RabbitParcel> _returned = _ => { };
    bool _isAgain;
    Task _running = Task.CompletedTask;
    volatile RabbitSession? _session;
    volatile string _trouble = "not connected yet";

    /// <summary>Called after <see cref="IsConnected"/> has changed.</summary>
    public event Action? StateChanged;

    public bool IsConnected => _session is not null;

    public bool IsStopped => _stop.IsCancellationRequested;

    public string Description =>
        _session is { } session ? $"{parts.Address}, connected to {session.Host}" : $"{parts.Address}, not connected: {_trouble}";

    /// <summary>Begins the first session; throws a <see cref="StyleFarmException"/> when it cannot.</summary>
    public async Task BeginAsync(Action<RabbitParcel> returned, CancellationToken cancellation)
    {
        _returned = returned;
        var session = await TryAllAsync(OpenProbedAsync, cancellation);
        Change(session, "");
        _isAgain = true;
        _running = Task.Run(() => RunAsync(session), CancellationToken.None);
    }

    /// <summary>Only connects; throws a <see cref="StyleFarmException"/> when it cannot.</summary>
    public Task<IConnection> DialAsync(CancellationToken cancellation) => TryAllAsync(_dialer.ConnectAsync, cancellation);

    /// <summary>Ends, after all is sent or 5 s are over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running.WaitAsync(FarewellTime, parts.Options.Clock);
        }
        catch (TimeoutException)
        {
            // What the broker does not take now is lost.
            if (_session is { } session) await session.DisposeAsync();
            await _running;
        }

        _stop.Dispose();
    }

    async Task<T> TryAllAsync<T>(Func<(string Host, int Port), CancellationToken, Task<T>> open, CancellationToken cancellation)
    {
        Exception? fault = null;
        foreach (var member in Shuffled())
            try
            {
                return await open(member, cancellation);
            }
            catch (Exception error) when (error is not OutOfMemoryException && !cancellation.IsCancellationRequested)
            {
                // A member that is down says less than one that refuses.
                if (fault is null || RabbitFaults.IsOfNetwork(fault)) fault = RabbitFaults.AtStart(parts.Address, member, error);
            }

        throw fault!;
    }

    async Task RunAsync(RabbitSession? session)
    {
        var pause = parts.Options.FirstPause;
        while (session is not null)
        {
            var began = parts.Now;
            var why = await session.RunAsync(_stop.Token);
            Change(null, why ?? "closed");
            await session.DisposeAsync();
            if (why is null || IsStopped) return;
            parts.Note($"the connection is lost ({why}); connecting again");
            pause = parts.Since(began) > Steady ? parts.Options.FirstPause : Longer(pause);
            session = await ReconnectAsync(pause);
        }
    }

    async Task<RabbitSession?> ReconnectAsync(TimeSpan pause)
    {
        var (began, told) = (parts.Now, "");
        for (; !IsStopped; pause = Longer(pause))
        {
            var wait = Task.Delay(pause * (0.5 + 0.5 * Chance()), parts.Options.Clock, _stop.Token);
            await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var member in Shuffled())
                try
                {
                    var session = await OpenAsync(member, _stop.Token);
                    parts.Tally.Reconnected();
                    parts.Note($"connected again to {session.Host} after {parts.Since(began).TotalSeconds:F1} s");
                    Change(session, "");
                    return session;
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    var fault = RabbitFaults.AtStart(parts.Address, member, error).Message;
                    if (!IsStopped && fault != told) parts.Options.Notice?.Invoke($"{fault}; trying again");
                    told = _trouble = fault;
                }
        }

        return null;
    }

    async Task<RabbitSession> OpenProbedAsync((string Host, int Port) member, CancellationToken cancellation)
    {
        var session = await OpenAsync(member, cancellation);
        try
        {
            await parts.InTimeAsync(RabbitProbe.RunAsync(session.Connection, parts));
            return session;
        }
        catch (Exception)
        {
            await session.DisposeAsync();
            throw;
        }
    }

    async Task<RabbitSession> OpenAsync((string Host, int Port) member, CancellationToken cancellation)
    {
        var connection = await _dialer.ConnectAsync(member, cancellation);
        return await parts.InTimeAsync(RabbitSession.OpenAsync(parts, connection, _isAgain, _returned));
    }

    void Change(RabbitSession? session, string trouble)
    {
        (_session, _trouble) = (session, trouble);
        StateChanged?.Invoke();
    }

    TimeSpan Longer(TimeSpan pause) => pause * 2 < parts.Options.LongestPause ? pause * 2 : parts.Options.LongestPause;

    double Chance()
    {
        lock (parts.Options.Random) return parts.Options.Random.NextDouble();
    }

    (string Host, int Port)[] Shuffled()
    {
        var members = parts.Address.Hosts.ToArray();
        lock (parts.Options.Random) parts.Options.Random.Shuffle(members);
        return members;
    }
}
