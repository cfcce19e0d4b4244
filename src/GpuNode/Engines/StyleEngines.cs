using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;

namespace StyleFarm.GpuNode.Engines;

/// <summary>Makes the engines of one node, one after another: a fresh one begins when the one before has left the device.</summary>
public sealed class StyleEngines
{
    readonly EngineServices _services;
    Task _before = Task.CompletedTask;

    /// <summary>The engines of a node.</summary>
    /// <param name="options">What they render with.</param>
    /// <param name="store">Where inputs, checkpoints and results are.</param>
    /// <param name="publish">Takes loss reports for people who watch, thinned out; called on the render thread, must not block.</param>
    /// <param name="clock">Measures times.</param>
    /// <param name="note">Takes lines for the log, from any thread.</param>
    public StyleEngines(StyleEngineOptions options, IObjectStore store, Action<LossReport> publish, TimeProvider clock,
        Action<string> note) =>
        _services = new EngineServices(options, store, publish, clock, note);

    /// <summary>Completes when the newest engine has left the device.</summary>
    public Task Ended => _before;

    /// <summary>A fresh engine; returns at once. The one before must have been disposed, or have broken down.</summary>
    public StyleShardEngine Create()
    {
        var engine = new StyleShardEngine(_services, _before);
        _before = engine.Ended;
        return engine;
    }
}
