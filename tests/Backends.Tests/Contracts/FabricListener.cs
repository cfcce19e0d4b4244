using System.Threading.Channels;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Tests.Contracts;

/// <summary>Keeps what came in, and lets a test wait for it; can be held up to let a queue fill.</summary>
public sealed class FabricListener : IFabricListener
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Channel<string> _came = Channel.CreateBounded<string>(100_000);
    volatile TaskCompletionSource? _hold;
    int _inside;

    /// <summary>Whether two calls were ever made at once.</summary>
    public bool WasCalledTwiceAtOnce { get; private set; }

    /// <summary>Called within each call, after it is noted.</summary>
    public Action<string>? Then { get; set; }

    public void Hold() => _hold = new TaskCompletionSource();

    public void LetGo() => _hold?.TrySetResult();

    public void Delivered(string from, WireMessage message) => Came($"{from}: {Text(message)}");

    public void Returned(string to, WireMessage message) => Came($"back from {to}: {Text(message)}");

    /// <summary>The next that comes.</summary>
    public async Task<string> NextAsync()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(Patience);
        try
        {
            return await _came.Reader.ReadAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            return "nothing came";
        }
    }

    public async Task<List<string>> NextAsync(int count)
    {
        var all = new List<string>();
        while (all.Count < count) all.Add(await NextAsync());
        return all;
    }

    /// <summary>What came and was not yet asked for.</summary>
    public List<string> Rest()
    {
        var all = new List<string>();
        while (_came.Reader.TryRead(out var text)) all.Add(text);
        return all;
    }

    void Came(string text)
    {
        if (Interlocked.Increment(ref _inside) > 1) WasCalledTwiceAtOnce = true;
        var hold = _hold;
        _came.Writer.TryWrite(text);
        try
        {
            hold?.Task.Wait(Patience);
            Then?.Invoke(text);
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    static string Text(WireMessage message) => message switch
    {
        NodeWelcome welcome => $"welcome {welcome.CoordinatorEpoch}",
        Heartbeat heartbeat => $"heartbeat {heartbeat.Incarnation}",
        NodeHello hello => $"hello {hello.Incarnation}",
        _ => message.GetType().Name,
    };
}
