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
    readonly LateScores _scores;

    /// <param name="farm">Where things are kept.</param>
    /// <param name="engine">What renders.</param>
    /// <param name="sharers">How many nodes share the memory of a device.</param>
    /// <param name="clock">The time.</param>
    /// <param name="notice">Takes remarks.</param>
    /// <param name="isDry">Whether nothing is to be written.</param>
    /// <param name="weights">Loads the network's weights, when cells are to be scored that were finished without a score.</param>
    public FarmDesk(EmbeddedFarm farm, EngineChoice engine, int sharers, TimeProvider clock, Action<string> notice, bool isDry = false,
        Func<VggWeights>? weights = null)
    {
        Store = farm.Store;
        _index = new InputIndex(Path.Combine(farm.Folder, "inputs.db"), clock, notice);
        var memory = new IndexMemory(_index);
        var looks = new PictureLooks(memory);
        var planner = new CellPlanner(engine.Device.IsCuda, MemoryBudget.AvailableBytes(engine.Device) / sharers);
        Sink = new PictureSink(farm.Store, memory, isDry);
        _archives = new ArchiveSource(new DiskFolders(), looks, planner, farm.Store, Sink);
        _scores = new LateScores(farm.Store, () => new Vgg19(weights!(), engine.Precision, engine.Device));
        _sweeps = new SweepSource(looks, planner, farm.Store, Sink, isDry || weights is null ? null : _scores);
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
        _scores.Dispose();
        _index.Dispose();
    }
}
