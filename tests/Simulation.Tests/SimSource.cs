using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Simulation.Tests;

/// <summary>
/// Expands jobs by the plan. What has its result in the store is put in place and counted, as the readers of archives do; the store is
/// looked at a moment before the page arrives.
/// </summary>
sealed class SimSource(FarmSimulation farm, SimProcess process) : ICellSource
{
    public ICellReader Open(JobSpec job) => new Reader(farm, process, farm.Plan.Jobs.Single(known => known.Spec.Id == job.Id));

    sealed class Reader(FarmSimulation farm, SimProcess process, SimJob job) : ICellReader
    {
        int _next;

        public Task<CellPage> ReadAsync(int maxCells, CancellationToken cancellationToken)
        {
            var done = new TaskCompletionSource<CellPage>();
            farm.After(farm.Chance.Seconds(0.01, 0.2), () =>
            {
                if (!process.IsAlive) return;
                var error = farm.Weather.OutputFails ? new IOException("the folder cannot be read") : null;
                var page = error is null && !cancellationToken.IsCancellationRequested ? Page(maxCells) : new CellPage();
                farm.After(farm.Chance.Seconds(0.001, 0.2), () => process.Run(() =>
                {
                    if (cancellationToken.IsCancellationRequested) done.SetCanceled(cancellationToken);
                    else if (error is null) done.SetResult(page);
                    else done.SetException(error);
                }));
            });
            return done.Task;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        CellPage Page(int maxCells)
        {
            var (cells, earlier, faulty) = (new List<CellSpec>(), new List<CellSpec>(), new List<FaultyInput>());
            if (_next == 0) faulty.AddRange(job.Faulty);
            var most = farm.Chance.Once(0.3) ? farm.Chance.Next(1, maxCells) : maxCells;
            for (; _next < job.Cells.Count && cells.Count < most; _next++)
            {
                var cell = job.Cells[_next];
                if (farm.Store.Read(StoreKey.Provenance(cell.Id)) is not { } result) cells.Add(cell);
                else if (PutInPlace(cell, result)) earlier.Add(cell);
                else faulty.Add(new FaultyInput(cell.Output!, "read-only"));
            }

            return new CellPage
            {
                Cells = [.. cells],
                Earlier = job.Spec.Kind == JobKind.Sweep ? [.. earlier.Select(cell => new EarlierCell(cell, new Losses(1, 1, 1, 3), new Score(0.5, 0.5)))] : [],
                EarlierCount = job.Spec.Kind == JobKind.Sweep ? 0 : earlier.Count,
                Faulty = [.. faulty],
                IsLast = _next == job.Cells.Count,
            };
        }

        bool PutInPlace(CellSpec cell, string result)
        {
            try
            {
                farm.Sink.Deliver(job.Spec.Id, cell, JsonNode.Parse(result)!.AsObject());
                return true;
            }
            catch (StyleFarmException)
            {
                return false;
            }
        }
    }
}
