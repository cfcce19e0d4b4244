using System.Text;
using StyleFarm.Cli.Farm.Sweeps;
using StyleFarm.Coordinator.Reports;
using StyleFarm.Coordinator.State;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.Cli.Farm.Reports;

/// <summary>Writes the report of a sweep: <c>index.html</c>, which needs nothing else, and <c>cells.csv</c>.</summary>
sealed class SweepReports(FarmDesk desk, TimeProvider clock)
{
    /// <summary>Writes it and gives the path of the page.</summary>
    /// <param name="job">The sweep's job.</param>
    /// <param name="cells">What became of its cells.</param>
    /// <param name="folder">Where to; null: <c>report</c> (of promoted cells <c>report-SIZE</c>) among the results.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="StyleFarmException">BadUsage: the job is no sweep. BadInput or OutOfResources: it cannot be written.</exception>
    public async Task<string> WriteAsync(JobSpec job, IReadOnlyList<CellState> cells, string? folder, CancellationToken cancellationToken)
    {
        if (job.Kind != JobKind.Sweep)
            throw StyleFarmException.BadUsage(
                $"{job.Id} is a batch, and reports compare the cells of sweeps; the pictures of a batch are in its --out");
        var sweep = SweepCells.FromJson(job.Source);
        var results = sweep.Delivery.Folder;
        folder ??= Path.Combine(results, sweep.PromotedSize is { } size ? $"report-{size}" : "report");
        var model = await new ReportBuilder(desk.Store, clock).Build(job, sweep, cells, PathOf, cancellationToken);

        using var page = new MemoryStream();
        SweepReport.Write(page, model);
        using var table = new StringWriter { NewLine = "\r\n" };
        CellsCsv.Write(table, model);
        var index = Path.Combine(folder, "index.html");
        Write(index, page.GetBuffer().AsMemory(0, (int)page.Length));
        Write(Path.Combine(folder, "cells.csv"), Encoding.UTF8.GetBytes(table.ToString()));
        await Keep(StoreKey.OfJob(job.Id, "report/index.html"), page.ToArray());
        await Keep(StoreKey.OfJob(job.Id, "cells.csv"), Encoding.UTF8.GetBytes(table.ToString()));
        return index;

        string? PathOf(CellSpec cell) =>
            cell.Output is null ? null : Path.GetRelativePath(folder, sweep.Delivery.PathOf(cell.Output)).Replace('\\', '/');

        Task Keep(StoreKey key, byte[] content) => desk.Store.PutAsync(key, content, cancellationToken);
    }

    static void Write(string path, ReadOnlyMemory<byte> content)
    {
        AtomicFile.CheckFolder(path);
        AtomicFile.Write(path, stream => stream.Write(content.Span));
    }
}
