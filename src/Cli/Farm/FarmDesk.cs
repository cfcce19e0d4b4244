using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Cli.Farm.Batches;
using StyleFarm.Cli.Farm.Delivery;
using StyleFarm.Cli.Farm.Hosting;
using StyleFarm.Cli.Farm.Planning;
using StyleFarm.Cli.Farm.Sweeps;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Network;
using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.Cli.Farm;

/// <summary>What jobs need of the machine that they are submitted on: inputs looked at, results taken where they belong.</summary>
sealed class FarmDesk : ICellSource, IDisposable
{
    readonly InputIndex _index;
    readonly ArchiveSource _archives;
    readonly SweepSource _sweeps;
    readonly LateScores? _scores;

    /// <param name="store">Where pictures, checkpoints and results are.</param>
    /// <param name="folder">The state folder, which remembers pictures that were looked at.</param>
    /// <param name="planner">Says what cells need of a device.</param>
    /// <param name="clock">The time.</param>
    /// <param name="notice">Takes remarks.</param>
    /// <param name="isDry">Whether nothing is to be written.</param>
    /// <param name="scores">Scores cells that were finished without a score; null: they stay so. Disposed with the desk.</param>
    public FarmDesk(IObjectStore store, string folder, CellPlanner planner, TimeProvider clock, Action<string> notice, bool isDry = false,
        LateScores? scores = null)
    {
        (Store, _scores) = (store, scores);
        _index = new InputIndex(Path.Combine(folder, "inputs.db"), clock, notice);
        var memory = new IndexMemory(_index);
        var looks = new PictureLooks(memory);
        Sink = new PictureSink(store, memory, isDry);
        _archives = new ArchiveSource(new DiskFolders(), looks, planner, store, Sink);
        _sweeps = new SweepSource(looks, planner, store, Sink, isDry ? null : scores);
    }

    /// <summary>The desk of a farm on this machine.</summary>
    /// <param name="farm">Where things are kept.</param>
    /// <param name="engine">What renders.</param>
    /// <param name="sharers">How many nodes share the memory of a device.</param>
    /// <param name="clock">The time.</param>
    /// <param name="notice">Takes remarks.</param>
    /// <param name="isDry">Whether nothing is to be written.</param>
    /// <param name="weights">Loads the network's weights, when cells are to be scored that were finished without a score.</param>
    public static FarmDesk Of(EmbeddedFarm farm, EngineChoice engine, int sharers, TimeProvider clock, Action<string> notice, bool isDry = false,
        Func<VggWeights>? weights = null)
    {
        var planner = new CellPlanner(engine.Device.IsCuda, MemoryBudget.AvailableBytes(engine.Device) / sharers);
        var scores = weights is null ? null : new LateScores(farm.Store, () => new Vgg19(weights(), engine.Precision, engine.Device));
        return new FarmDesk(farm.Store, farm.Folder, planner, clock, notice, isDry, scores);
    }

    /// <summary>What jobs expand into.</summary>
    public ICellSource Source => this;

    /// <summary>Where results go.</summary>
    public PictureSink Sink { get; }

    /// <summary>Where results are.</summary>
    public IObjectStore Store { get; }

    /// <inheritdoc/>
    public ICellReader Open(JobSpec job) => (string?)job.Source["kind"] switch
    {
        "archive" => _archives.Open(job),
        "sweep" => _sweeps.Open(job),
        var kind =>
            throw StyleFarmException.BadUsage(
            $"job {job.Id} is of kind '{kind}', which this stylefarm does not know; is it older than the state folder?"),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _scores?.Dispose();
        _index.Dispose();
    }
}
