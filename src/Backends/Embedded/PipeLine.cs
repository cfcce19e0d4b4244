using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Backends.Embedded;

/// <summary>What one line between two processes is.</summary>
enum PipeLineKind
{
    /// <summary>None of these: something else writes to the same stream.</summary>
    None = 0,

    /// <summary><c>&gt;</c> and a message, for whoever listens on its address.</summary>
    Message = '>',

    /// <summary><c>&lt;</c> and a message that could not be handed over, for its sender.</summary>
    Returned = '<',

    /// <summary><c>~</c> and a loss report.</summary>
    Report = '~',

    /// <summary><c>+</c> and an address that is listened on from now.</summary>
    Listen = '+',

    /// <summary><c>-</c> and an address that is left.</summary>
    Leave = '-',

    /// <summary><c>?</c>: loss reports are wanted.</summary>
    Hear = '?',

    /// <summary><c>!</c>: loss reports are not wanted any more.</summary>
    Deaf = '!',
}

/// <summary>Lines over a stream: a letter for the kind, what it holds, and a line feed.</summary>
static class PipeLine
{
    /// <summary>A longer line is no line of ours; a message is far shorter.</summary>
    public const int MaxBytes = 16 << 20;

    const int ShownBytes = 200;

    /// <summary>A whole line.</summary>
    public static byte[] Of(PipeLineKind kind, ReadOnlySpan<byte> content) => [(byte)kind, .. content, (byte)'\n'];

    /// <summary>A whole line.</summary>
    public static byte[] Of(PipeLineKind kind, string content = "") => Of(kind, Encoding.UTF8.GetBytes(content));

    /// <summary>The loss report of a line.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static LossReport Report(ReadOnlyMemory<byte> content)
    {
        try
        {
            return TelemetryJson.FromLine(Encoding.UTF8.GetString(content.Span));
        }
        catch (JsonException error)
        {
            throw new FormatException($"no loss report: {error.Message.Split('\n')[0]}", error);
        }
    }

    /// <summary>What a line holds, for people.</summary>
    public static string Shown(ReadOnlyMemory<byte> content) =>
        Encoding.UTF8.GetString(content.Span[..Math.Min(content.Length, ShownBytes)]).TrimEnd('\r');

    /// <summary>Reads lines until the stream ends, or breaks, which is how a killed process ends it.</summary>
    /// <param name="stream">Where from.</param>
    /// <param name="take">Takes each whole line.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task ReadAllAsync(
        Stream stream, Action<PipeLineKind, ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, leaveOpen: true));
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellationToken);
                var rest = result.Buffer;
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    Take(rest.Slice(0, end), take);
                    rest = rest.Slice(rest.GetPosition(1, end));
                }

                if (rest.Length > MaxBytes) throw new InvalidDataException($"a line of more than {MaxBytes} bytes");
                reader.AdvanceTo(rest.Start, result.Buffer.End);
                if (result.IsCompleted) return;
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The other side has gone.
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    static void Take(ReadOnlySequence<byte> line, Action<PipeLineKind, ReadOnlyMemory<byte>> take)
    {
        var bytes = line.ToArray();
        var kind = bytes.Length > 0 && Enum.IsDefined((PipeLineKind)bytes[0]) ? (PipeLineKind)bytes[0] : PipeLineKind.None;
        take(kind, kind == PipeLineKind.None ? bytes : bytes.AsMemory(1));
    }
}
