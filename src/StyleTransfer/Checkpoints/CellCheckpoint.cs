using StyleFarm.StyleTransfer.Safetensors;

namespace StyleFarm.StyleTransfer.Checkpoints;

/// <summary>One cell between two steps: enough to go on exactly where it stopped, on any node of the same kind.</summary>
public sealed record CellCheckpoint
{
    /// <summary>The pass that was running, from 0.</summary>
    public required int Pass { get; init; }

    /// <summary>The next step, counted over all passes: the number of steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Steps of the optimiser within the pass.</summary>
    public required int OptimizerSteps { get; init; }

    /// <summary>What the divergence guard multiplies the learning rate with; 1 if it never acted.</summary>
    public required double RateFactor { get; init; }

    /// <summary>How often the divergence guard has acted.</summary>
    public required int Rollbacks { get; init; }

    /// <summary>The first total of the pass, which the divergence guard measures later ones by; null when none was read yet.</summary>
    public double? FirstTotal { get; init; }

    /// <summary>The total when the guard last looked for a state to keep; null when it did not yet in this pass.</summary>
    public double? GuardTotal { get; init; }

    /// <summary>The step of the state that the guard goes back to; null when that is this checkpoint itself.</summary>
    public int? GoodStep { get; init; }

    /// <summary>
    /// <c>image</c>, <c>best.image</c>, <c>best.total</c> and <c>optimizer.…</c>, each with a leading dimension of 1, and the same behind
    /// <c>good.</c> of the state that the guard goes back to, if there is a <see cref="GoodStep"/>.
    /// </summary>
    public required IReadOnlyList<SafetensorsEntry> Tensors { get; init; }
}
