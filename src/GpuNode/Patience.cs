using StyleFarm.GpuNode.Protocol;
using StyleFarm.Messages.Ports;

namespace StyleFarm.GpuNode;

/// <summary>Calls of the store: each with a time limit, and again after a wait while the store is away.</summary>
sealed class Patience(TimeSpan timeout, TimeSpan retryAfter, TimeSpan retryAtMost, TimeProvider clock, Action<string> note)
{
    /// <summary>One call.</summary>
    /// <exception cref="StoreException">The store failed, or did not answer in time: then it is transient.</exception>
    public async Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await call(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new StoreException($"the store has not answered for {timeout.TotalSeconds} s", isTransient: true);
        }
    }

    /// <summary>One call without an answer.</summary>
    /// <exception cref="StoreException">As in <see cref="OnceAsync{T}"/>.</exception>
    public Task OnceAsync(Func<CancellationToken, Task> call, CancellationToken cancellation) => OnceAsync(
        async token =>
        {
            await call(token);
            return true;
        },
        cancellation);

    /// <summary>Calls until the store answers.</summary>
    /// <exception cref="StoreException">It refuses for good.</exception>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await OnceAsync(call, cancellation);
            }
            catch (StoreException e) when (e.IsTransient)
            {
                await Task.Delay(Wait(e, tries), clock, cancellation);
            }
        }
    }

    /// <summary>How long to wait after a failure; says so once for each outage.</summary>
    public TimeSpan Wait(StoreException failure, int tries)
    {
        if (tries == 1) note($"{failure.Message}; trying again until it answers");
        return BackOff.After(retryAfter, retryAtMost, tries);
    }
}
