using System.Diagnostics.Metrics;

namespace StyleFarm.Cli.Farm.Telemetry;

/// <summary>Metrics of a process that may lead.</summary>
static class ServerInstruments
{
    static readonly Meter Meter = new("StyleFarm.Server");
    static volatile bool _isLeading;

    static ServerInstruments() => Meter.CreateObservableGauge(
        "stylefarm.leader", () => _isLeading ? 1 : 0, "1", "Whether this process leads: 1, or 0 while it stands by.");

    /// <summary>This process leads from now on, or does not.</summary>
    public static void Leads(bool isLeading) => _isLeading = isLeading;
}
