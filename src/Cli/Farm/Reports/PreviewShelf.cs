using System.Globalization;
using System.Text;
using System.Text.Json;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.Cli.Farm.Reports;

/// <summary>Reads what cells left in the store for people to look at.</summary>
sealed class PreviewShelf(IObjectStore store)
{
    /// <summary>The steps that there are previews of, ascending.</summary>
    public async Task<IReadOnlyList<int>> Previews(CellId cell, CancellationToken cancellationToken)
    {
        var steps = new List<int>();
        await foreach (var item in store.ListAsync(StoreKey.Previews(cell), cancellationToken).ConfigureAwait(false))
            if (StepOf(item.Key) is { } step) steps.Add(step);
        steps.Sort();
        return steps;
    }

    /// <summary>A preview; empty when it is gone.</summary>
    public async Task<byte[]> Preview(CellId cell, int step, CancellationToken cancellationToken) =>
        await store.GetAsync(StoreKey.Preview(cell, step), cancellationToken).ConfigureAwait(false) ?? [];

    /// <summary>The loss reports in order. A part ends where the next one begins: what it holds beyond was rendered anew.</summary>
    public async Task<IReadOnlyList<LossReport>> Telemetry(CellId cell, CancellationToken cancellationToken)
    {
        var parts = new List<(int First, StoreKey Key)>();
        await foreach (var item in store.ListAsync(StoreKey.TelemetryFolder(cell), cancellationToken).ConfigureAwait(false))
            if (StepOf(item.Key) is { } first) parts.Add((first, item.Key));
        parts = [.. parts.OrderBy(part => part.First)];
        var reports = new List<LossReport>();
        for (var i = 0; i < parts.Count; i++)
        {
            var end = i + 1 < parts.Count ? parts[i + 1].First : int.MaxValue;
            if (await store.GetAsync(parts[i].Key, cancellationToken).ConfigureAwait(false) is { } part) reports.AddRange(Read(part, end));
        }

        return reports;
    }

    static IEnumerable<LossReport> Read(byte[] part, int end)
    {
        foreach (var line in Encoding.UTF8.GetString(part).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            LossReport report;
            try
            {
                report = TelemetryJson.FromLine(line);
            }
            catch (JsonException)
            {
                yield break;
            }

            if (report.Step < end) yield return report;
        }
    }

    static int? StepOf(StoreKey key) =>
        int.TryParse(Path.GetFileName(key.ToString()).Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step
            : null;
}
