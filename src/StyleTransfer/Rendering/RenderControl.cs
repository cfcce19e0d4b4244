using System.Collections.Concurrent;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>
/// Asks a running batch to let cells go. A cell that was asked leaves after the step that is running, with a checkpoint; one of L-BFGS
/// after the evaluation that is running, without its unfinished outer iteration. Of one batch; thread-safe; asking twice is harmless.
/// </summary>
public sealed class RenderControl
{
    readonly ConcurrentDictionary<int, bool> _stopped = new();
    volatile bool _all;

    /// <summary>Asks one cell, by its place in the batch, to stop.</summary>
    public void Stop(int cell) => _stopped[cell] = true;

    /// <summary>Asks all cells to stop.</summary>
    public void StopAll() => _all = true;

    internal bool IsAsked(int cell) => _all || _stopped.ContainsKey(cell);
}
