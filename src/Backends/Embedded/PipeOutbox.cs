using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// Lines that wait to be written to another process. Messages go before loss reports; each have a bounded queue of their own, as in
/// <see cref="LocalFabric"/>, so that a process that does not read costs no more memory.
/// </summary>
sealed class PipeOutbox : IAsyncDisposable
{
    const int BatchBytes = 64 << 10;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    readonly LossyQueue<(byte[] Line, bool CanBeSpared)> _messages = new(LocalFabric.QueueLimit, item => item.CanBeSpared);
    readonly LossyQueue<byte[]> _reports = new(LocalFabric.ReportLimit, _ => true);
    readonly Channel<bool> _signal =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly Stream _stream;
    readonly TimeProvider _clock;
    readonly Task _writing;

    public PipeOutbox(Stream stream, TimeProvider clock)
    {
        (_stream, _clock) = (stream, clock);
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>How many messages were dropped or refused.</summary>
    public long LostMessages
    {
        get
        {
            lock (_gate) return _messages.Lost;
        }
    }

    public void Add(PipeLineKind kind, string text = "") => Add(PipeLine.Of(kind, text), canBeSpared: false);

    public void Add(PipeLineKind kind, WireEnvelope envelope) =>
        Add(PipeLine.Of(kind, WireCodec.Encode(envelope)), LocalFabric.CanBeSpared(envelope.Message));

    public void Add(LossReport report)
    {
        var line = PipeLine.Of(PipeLineKind.Report, TelemetryJson.ToLine(report));
        lock (_gate) _reports.Add(line);
        _signal.Writer.TryWrite(true);
    }

    /// <summary>Writes what still waits, if the other side reads it within 5 s. The stream stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        _signal.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(Patience, _clock);
        }
        catch (TimeoutException)
        {
            // The other side does not read. What it does not want to hear is lost.
        }
    }

    void Add(byte[] line, bool canBeSpared)
    {
        lock (_gate) _messages.Add((line, canBeSpared));
        _signal.Writer.TryWrite(true);
    }

    async Task WriteAsync()
    {
        var batch = new ArrayBufferWriter<byte>(BatchBytes);
        try
        {
            while (await _signal.Reader.WaitToReadAsync())
            {
                _signal.Reader.TryRead(out _);
                while (TryTake(out var line))
                {
                    batch.Write(line);
                    while (batch.WrittenCount < BatchBytes && TryTake(out line)) batch.Write(line);
                    await _stream.WriteAsync(batch.WrittenMemory);
                    batch.ResetWrittenCount();
                }

                await _stream.FlushAsync();
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The other side has gone; who reads from it finds out too.
        }
    }

    bool TryTake([MaybeNullWhen(false)] out byte[] line)
    {
        lock (_gate)
        {
            var isMessage = _messages.TryTake(out var message);
            line = message.Line;
            return isMessage || _reports.TryTake(out line);
        }
    }
}
