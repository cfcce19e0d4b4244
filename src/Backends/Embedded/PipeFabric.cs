using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// The fabric as a child process has it: what nobody listens on here goes to the parent's <see cref="PipeHub"/>, over two streams. Loss
/// reports all go to the parent, and come back when they are wanted here too.
/// </summary>
public sealed class PipeFabric : IFabric, IAsyncDisposable
{
    readonly LocalFabric _local;
    readonly PipeOutbox _outbox;
    readonly Action<string>? _notice;
    readonly CancellationTokenSource _stop = new();
    readonly Lock _gate = new();
    int _hearers;

    /// <summary>Takes the streams, which stay open.</summary>
    /// <param name="fromParent">What the parent writes.</param>
    /// <param name="toParent">What the parent reads.</param>
    /// <param name="clock">The time.</param>
    /// <param name="notice">Told, in one line each, what went wrong with a message.</param>
    public PipeFabric(Stream fromParent, Stream toParent, TimeProvider clock, Action<string>? notice = null)
    {
        (_local, _outbox, _notice) = (new LocalFabric(notice), new PipeOutbox(toParent, clock), notice);
        Closed = Task.Run(() => ReadAsync(fromParent));
    }

    /// <summary>
    /// Over this process's standard input and output. What is printed from then on goes to the standard error instead, for the output
    /// belongs to the messages.
    /// </summary>
    public static PipeFabric OverStandardStreams(TimeProvider clock, Action<string>? notice = null)
    {
        var fabric = new PipeFabric(Console.OpenStandardInput(), Console.OpenStandardOutput(), clock, notice);
        Console.SetOut(Console.Error);
        return fabric;
    }

    /// <summary>Ends when the parent has gone: nothing can be sent any more, and a child should end too.</summary>
    public Task Closed { get; }

    /// <summary>Messages that were lost here.</summary>
    public long LostMessages => _local.LostMessages + _outbox.LostMessages;

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">Somebody in this process listens there already.</exception>
    public IDisposable Listen(string address, IFabricListener listener)
    {
        var handle = _local.Listen(address, listener);
        _outbox.Add(PipeLineKind.Listen, address);
        return new Subscription(() =>
        {
            _outbox.Add(PipeLineKind.Leave, address);
            handle.Dispose();
        });
    }

    /// <inheritdoc />
    public void Send(string from, string to, WireMessage message)
    {
        if (_local.IsHeard(to)) _local.Send(from, to, message);
        else if (Closed.IsCompleted) _local.Return(new WireEnvelope(from, to, message));
        else _outbox.Add(PipeLineKind.Message, new WireEnvelope(from, to, message));
    }

    /// <inheritdoc />
    public void Publish(LossReport report)
    {
        if (!Closed.IsCompleted) _outbox.Add(report);
    }

    /// <inheritdoc />
    public IDisposable Subscribe(Action<LossReport> listener)
    {
        var handle = _local.Subscribe(listener);
        lock (_gate)
            if (_hearers++ == 0) _outbox.Add(PipeLineKind.Hear);
        return new Subscription(() =>
        {
            lock (_gate)
                if (--_hearers == 0) _outbox.Add(PipeLineKind.Deaf);
            handle.Dispose();
        });
    }

    /// <summary>Sends what still waits, if the parent reads it within 5 s, and ends all delivery.</summary>
    public async ValueTask DisposeAsync()
    {
        // The standard input cannot be told to stop: who reads it is left behind and hears nothing.
        await _stop.CancelAsync();
        _local.Dispose();
        await _outbox.DisposeAsync();
    }

    async Task ReadAsync(Stream fromParent)
    {
        try
        {
            await PipeLine.ReadAllAsync(fromParent, Take, _stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
        catch (InvalidDataException error)
        {
            _notice?.Invoke($"the parent process sent {error.Message}; it is not listened to any more");
        }
    }

    void Take(PipeLineKind kind, ReadOnlyMemory<byte> content)
    {
        try
        {
            Handle(kind, content);
        }
        catch (FormatException error)
        {
            _notice?.Invoke($"the parent process sent {error.Message}");
        }
    }

    void Handle(PipeLineKind kind, ReadOnlyMemory<byte> content)
    {
        switch (kind)
        {
            case PipeLineKind.Message:
                var envelope = WireCodec.Decode(content);
                _local.Send(envelope.From, envelope.To, envelope.Message);
                break;
            case PipeLineKind.Returned:
                _local.Return(WireCodec.Decode(content));
                break;
            case PipeLineKind.Report:
                _local.Publish(PipeLine.Report(content));
                break;
            default:
                throw new FormatException($"a line that cannot be understood: {PipeLine.Shown(content)}");
        }
    }
}
