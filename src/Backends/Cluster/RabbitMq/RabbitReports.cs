using System.Text;
using RabbitMQ.Client;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Publishes loss reports on a channel of its own, without confirms: under <c>telemetry.JOB.CELL</c>, where the job is <c>-</c> when
/// the report does not name one.
/// </summary>
sealed class RabbitReports(IChannel channel, RabbitParts parts)
{
    volatile bool _isOver;
    volatile bool _isHeld;

    /// <summary>Whether the broker takes nothing for now.</summary>
    public bool IsHeld
    {
        set
        {
            _isHeld = value;
            parts.ReportBell.Ring();
        }
    }

    public static async Task<RabbitReports> OpenAsync(IConnection connection, RabbitParts parts, Action<string> lose)
    {
        var channel = await connection.CreateChannelAsync();
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            lose($"the channel of loss reports was closed: {reason.ReplyText}");
            return Task.CompletedTask;
        };
        return new RabbitReports(channel, parts);
    }

    /// <summary>Publishes what there is until it is ended, or cannot any more.</summary>
    public async Task RunAsync()
    {
        while (!_isOver)
        {
            while (!_isOver && !_isHeld && parts.Reports.TryTake(out var report)) await PublishAsync(report);
            if (!_isOver) await parts.ReportBell.WaitAsync();
        }
    }

    public void End()
    {
        _isOver = true;
        parts.ReportBell.Ring();
    }

    ValueTask PublishAsync(LossReport report) => parts.InTimeAsync(channel.BasicPublishAsync(
        parts.Topology.Telemetry, $"telemetry.{report.Job ?? "-"}.{report.Cell}", mandatory: false, new BasicProperties(),
        Encoding.UTF8.GetBytes(TelemetryJson.ToLine(report))));
}
