using Amazon.S3;
using StyleFarm.Backends.Telemetry;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>Tries requests again, after random waits that grow, until a deadline. Safe for many callers at once.</summary>
/// <param name="at">For what is told.</param>
/// <param name="options">The patience.</param>
/// <param name="time">Measures it.</param>
/// <param name="random">Spreads the waits, so that many who failed together do not come back together.</param>
sealed class S3Retry(S3Address at, S3Options options, TimeProvider time, Random random)
{
    readonly Lock _lock = new();
    volatile bool _hasServed;

    /// <summary>Runs an attempt, as often as need be. Each gets a token that ends it in time, and its number, from 0.</summary>
    /// <exception cref="StoreException">The service refused, or never gave what was asked.</exception>
    public async Task<T> RunAsync<T>(string key, Func<CancellationToken, int, Task<T>> attempt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(options.Deadline, time);
        for (var tries = 0; ; tries++)
        {
            var failure = await TryAsync(key, attempt, tries, deadline.Token, cancellationToken);
            if (failure.Result is { } result) return result.Value;
            if (!failure.Error!.IsTransient) throw failure.Error;
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            await Task.Delay(Wait(tries), time, waiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline.IsCancellationRequested) throw failure.Error;
            BackendInstruments.Retried();
        }
    }

    async Task<(Made<T>? Result, StoreException? Error)> TryAsync<T>(
        string key, Func<CancellationToken, int, Task<T>> attempt, int tries, CancellationToken deadline, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, deadline, cancellationToken);
        try
        {
            var made = new Made<T>(await attempt(either.Token, tries));
            _hasServed = true;
            return (made, null);
        }
        catch (Exception error) when (either.IsCancellationRequested && error is OperationCanceledException || S3Failure.IsOfService(error))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (null, deadline.IsCancellationRequested ? S3Failure.TooSlow(at, key, options.Deadline, error)
                : patience.IsCancellationRequested ? S3Failure.TooSlow(at, key, options.AttemptTimeout, error)
                : Judged(error, S3Failure.Of(at, key, error)));
        }
    }

    /// <summary>A bucket that was there a moment ago is not gone: services say so while they start.</summary>
    StoreException Judged(Exception error, StoreException failure) =>
        _hasServed && error is AmazonS3Exception { ErrorCode: "NoSuchBucket" } ? new StoreException(failure.Message, isTransient: true, error) : failure;

    TimeSpan Wait(int tries)
    {
        var longest = Math.Min(options.FirstWait.TotalMilliseconds * Math.Pow(2, Math.Min(tries, 20)), options.LongestWait.TotalMilliseconds);
        lock (_lock) return TimeSpan.FromMilliseconds(longest * random.NextDouble());
    }

    sealed record Made<T>(T Value);
}
