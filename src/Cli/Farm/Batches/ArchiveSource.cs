using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Batches;

/// <summary>Expands batches: photos × styles, in the order of the listing, a page at a time.</summary>
/// <param name="folders">Where photos lie.</param>
/// <param name="looks">Looks at them.</param>
/// <param name="planner">Thinks cells through.</param>
/// <param name="store">Knows what is finished.</param>
/// <param name="sink">Knows what is delivered, and delivers what is finished but is not where it should be.</param>
sealed class ArchiveSource(IFolders folders, PictureLooks looks, CellPlanner planner, IObjectStore store, PictureSink sink) : ICellSource
{
    /// <summary>Begins to read a batch.</summary>
    /// <exception cref="StyleFarmException">A style cannot be used.</exception>
    public ICellReader Open(JobSpec job) =>
        new ArchiveReader(job, new BatchCells(job, BatchSpec.FromJson(job.Source), folders, looks, planner, sink), store, sink);
}
