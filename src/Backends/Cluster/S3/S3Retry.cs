using System.Net;
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
    public Task<T> RunAsync<T>(string key, Func<CancellationToken, int, Task<T>> attempt, CancellationToken cancellationToken) =>
        RunAsync(key, attempt, (options.Deadline, IsTrial: false), cancellationToken);

    /// <summary>The same while the service is tried out, with a deadline of its own.</summary>
    public Task<T> TryOutAsync<T>(string key, Func<CancellationToken, int, Task<T>> attempt, CancellationToken cancellationToken) =>
        RunAsync(key, attempt, (options.ProbeDeadline, IsTrial: true), cancellationToken);

    async Task<T> RunAsync<T>(
        string key, Func<CancellationToken, int, Task<T>> attempt, (TimeSpan Deadline, bool IsTrial) how,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CancellationTokenSource(how.Deadline, time);
        for (var tries = 0; ; tries++)
        {
            var failure = await TryAsync(key, attempt, tries, (deadline.Token, how.Deadline), cancellationToken);
            if (failure.Result is { } result) return result.Value;
            if (!how.IsTrial && _hasServed && IsRefusal(failure.Error!))
                throw new StoreException(failure.Error!.Message, isTransient: true, failure.Error.InnerException);
            if (!failure.Error!.IsTransient) throw failure.Error;
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            await Task.Delay(Wait(tries), time, waiting.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline.IsCancellationRequested) throw failure.Error;
            BackendInstruments.Retried();
        }
    }

    async Task<(Made<T>? Result, StoreException? Error)> TryAsync<T>(
        string key, Func<CancellationToken, int, Task<T>> attempt, int tries, (CancellationToken Token, TimeSpan Time) deadline,
        CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(options.AttemptTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, deadline.Token, cancellationToken);
        try
        {
            var made = new Made<T>(await attempt(either.Token, tries));
            _hasServed = true;
            return (made, null);
        }
        catch (Exception error) when (either.IsCancellationRequested && error is OperationCanceledException || S3Failure.IsOfService(error))
        {
            cancellationToken.ThrowIfCancellationRequested();
            return (null, deadline.Token.IsCancellationRequested ? S3Failure.TooSlow(at, key, deadline.Time, error)
                : patience.IsCancellationRequested ? S3Failure.TooSlow(at, key, options.AttemptTimeout, error)
                : Judged(error, S3Failure.Of(at, key, error)));
        }
    }

    /// <summary>A bucket that was there a moment ago is not gone: services say so while they start.</summary>
    StoreException Judged(Exception error, StoreException failure) =>
        _hasServed && error is AmazonS3Exception { ErrorCode: "NoSuchBucket" } ? new StoreException(failure.Message, isTransient: true, error) : failure;

    /// <summary>
    /// A service that did what it was asked, and now refuses the keys, may take them again: keys are being changed, or a clock is set. Who
    /// asked is told at once, and decides how long to wait.
    /// </summary>
    static bool IsRefusal(StoreException failure) => failure.InnerException is AmazonS3Exception
    {
        ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" or "RequestTimeTooSkewed"
            or "AccessDenied" or "AllAccessDisabled"
    } or AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden };

    TimeSpan Wait(int tries)
    {
        var longest = Math.Min(options.FirstWait.TotalMilliseconds * Math.Pow(2, Math.Min(tries, 20)), options.LongestWait.TotalMilliseconds);
        lock (_lock) return TimeSpan.FromMilliseconds(longest * random.NextDouble());
    }

    sealed record Made<T>(T Value);
}
