using System.Text;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Embedded;

/// <summary>One child process at a <see cref="PipeHub"/>.</summary>
public sealed class PipeLink : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly string _address;
    readonly IFabric _fabric;
    readonly Stream _toChild;
    readonly TimeProvider _clock;
    readonly Action<string>? _notice;
    readonly PipeOutbox _outbox;
    readonly CancellationTokenSource _stop = new();

    // Only the one who reads from the child touches these.
    readonly Dictionary<string, IDisposable> _listening = new(StringComparer.Ordinal);
    IDisposable? _hearing;

    internal PipeLink(string address, IFabric fabric, Stream fromChild, Stream toChild, TimeProvider clock, Action<string>? notice)
    {
        (_address, _fabric, _toChild, _clock, _notice) = (address, fabric, toChild, clock, notice);
        _outbox = new PipeOutbox(toChild, clock);
        Closed = Task.Run(() => ReadAsync(fromChild));
    }

    /// <summary>
    /// Ends when the child has closed its end, or ended, in whatever way: nobody listens on its addresses any more, and another child may
    /// be attached in its place.
    /// </summary>
    public Task Closed { get; }

    /// <summary>Messages to the child that were lost, because it did not read them.</summary>
    public long LostMessages => _outbox.LostMessages;

    /// <summary>Writes what still waits, if the child reads it within 5 s, and closes the child's input.</summary>
    public async ValueTask DisposeAsync()
    {
        await _outbox.DisposeAsync();
        await _stop.CancelAsync();
        await CloseAsync(_toChild);
        try
        {
            await Closed.WaitAsync(Patience, _clock);
        }
        catch (TimeoutException)
        {
            // The stream cannot be told to stop: it ends with the child.
        }
    }

    static async Task CloseAsync(Stream stream)
    {
        try
        {
            await stream.DisposeAsync();
        }
        catch (IOException)
        {
            // What was still to be written has nobody to read it.
        }
    }

    async Task ReadAsync(Stream fromChild)
    {
        try
        {
            await PipeLine.ReadAllAsync(fromChild, Take, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (InvalidDataException error)
        {
            _notice?.Invoke($"{_address}: the process sent {error.Message}; it is not listened to any more");
        }
        finally
        {
            foreach (var handle in _listening.Values) handle.Dispose();
            _hearing?.Dispose();
            // A child that is not listened to any more is to notice.
            await CloseAsync(fromChild);
            await CloseAsync(_toChild);
        }
    }

    void Take(PipeLineKind kind, ReadOnlyMemory<byte> content)
    {
        try
        {
            Handle(kind, content);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException)
        {
            _notice?.Invoke($"{_address}: the process sent {error.Message}");
        }
    }

    void Handle(PipeLineKind kind, ReadOnlyMemory<byte> content)
    {
        switch (kind)
        {
            case PipeLineKind.Message:
                var envelope = WireCodec.Decode(content);
                _fabric.Send(Own(envelope.From), envelope.To, envelope.Message);
                break;
            case PipeLineKind.Report:
                _fabric.Publish(PipeLine.Report(content));
                break;
            case PipeLineKind.Listen:
                var address = Own(Encoding.UTF8.GetString(content.Span));
                _listening.Add(address, _fabric.Listen(address, new Listener(address, _outbox)));
                break;
            case PipeLineKind.Leave:
                if (_listening.Remove(Encoding.UTF8.GetString(content.Span), out var handle)) handle.Dispose();
                break;
            case PipeLineKind.Hear:
                _hearing ??= _fabric.Subscribe(_outbox.Add);
                break;
            case PipeLineKind.Deaf:
                _hearing?.Dispose();
                _hearing = null;
                break;
            default:
                _notice?.Invoke($"{_address} printed: {PipeLine.Shown(content)}");
                break;
        }
    }

    string Own(string address) => address == _address || address.StartsWith(_address + ".", StringComparison.Ordinal)
        ? address
        : throw new FormatException($"the address '{address}', which is not its own");

    sealed class Listener(string address, PipeOutbox outbox) : IFabricListener
    {
        public void Delivered(string from, WireMessage message) =>
            outbox.Add(PipeLineKind.Message, new WireEnvelope(from, address, message));

        public void Returned(string to, WireMessage message) =>
            outbox.Add(PipeLineKind.Returned, new WireEnvelope(address, to, message));
    }
}
