using System.Numerics.Tensors;

namespace StyleFarm.StyleTransfer.Optimisation.Lbfgs;

/// <summary>
/// The last pairs of steps s and gradient differences y, and the product of the inverse Hessian that they stand for with a vector by
/// the two-loop recursion (Nocedal 1980) from the scaling 1/θ, θ = yᵀy/sᵀy of the newest pair. Without bounds this equals the compact
/// form of Byrd, Nocedal and Schnabel 1994 that L-BFGS-B works with.
/// </summary>
sealed class CurvatureMemory(int pairs, int size)
{
    readonly double[][] _steps = Allocate(pairs, size);
    readonly double[][] _changes = Allocate(pairs, size);
    readonly double[] _curvatures = new double[pairs];
    readonly double[] _weights = new double[pairs];
    double _theta = 1;
    int _oldest;

    /// <summary>Pairs held.</summary>
    public int Count { get; private set; }

    /// <summary>Drops all pairs.</summary>
    public void Clear() => (Count, _oldest, _theta) = (0, 0, 1);

    /// <summary>Takes a copy of a pair, in place of the oldest when full.</summary>
    /// <param name="step">s.</param>
    /// <param name="change">y.</param>
    /// <param name="curvature">sᵀy, above 0.</param>
    /// <param name="changeSquared">yᵀy.</param>
    public void Add(ReadOnlySpan<double> step, ReadOnlySpan<double> change, double curvature, double changeSquared)
    {
        var slot = (_oldest + Count) % _steps.Length;
        if (Count == _steps.Length)
            _oldest = (_oldest + 1) % _steps.Length;
        else
            Count++;
        step.CopyTo(_steps[slot]);
        change.CopyTo(_changes[slot]);
        _curvatures[slot] = curvature;
        _theta = changeSquared / curvature;
    }

    /// <summary>Replaces v by the inverse Hessian times v.</summary>
    public void Apply(Span<double> v)
    {
        for (var i = Count - 1; i >= 0; i--)
        {
            var slot = (_oldest + i) % _steps.Length;
            _weights[slot] = TensorPrimitives.Dot<double>(_steps[slot], v) / _curvatures[slot];
            TensorPrimitives.MultiplyAdd(_changes[slot], -_weights[slot], v, v);
        }
        TensorPrimitives.Multiply(v, 1 / _theta, v);
        for (var i = 0; i < Count; i++)
        {
            var slot = (_oldest + i) % _steps.Length;
            var correction = _weights[slot] - TensorPrimitives.Dot<double>(_changes[slot], v) / _curvatures[slot];
            TensorPrimitives.MultiplyAdd(_steps[slot], correction, v, v);
        }
    }

    static double[][] Allocate(int pairs, int size)
    {
        var arrays = new double[pairs][];
        for (var i = 0; i < pairs; i++)
            arrays[i] = new double[size];
        return arrays;
    }
}
