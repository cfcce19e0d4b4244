using StyleFarm.GpuNode.Checkpoints;
using StyleFarm.GpuNode.Inputs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.GpuNode.Engines;

/// <summary>What engines of one node share, one after another. Safe for many callers at once.</summary>
sealed class EngineServices
{
    public EngineServices(StyleEngineOptions options, IObjectStore store, Action<LossReport> publish, TimeProvider clock,
        Action<string> note)
    {
        (Options, Store, Publish, Clock, Note) = (options, store, publish, clock, note);
        Patience = new Patience(options.StoreTimeout, options.RetryAfter, options.RetryAtMost, clock, note);
        Inputs = new InputCache(store, Patience, Path.Combine(options.Folder, "inputs"), options.InputCacheBytes, clock);
        Spool = new Spool(Path.Combine(options.Folder, "spool"));
        Spool.Tidy(clock.GetUtcNow());
    }

    public StyleEngineOptions Options { get; }

    public IObjectStore Store { get; }

    /// <summary>Takes loss reports for people who watch; must not block.</summary>
    public Action<LossReport> Publish { get; }

    public TimeProvider Clock { get; }

    /// <summary>Takes lines for the log.</summary>
    public Action<string> Note { get; }

    public Patience Patience { get; }

    public InputCache Inputs { get; }

    public Spool Spool { get; }
}
