using System.Numerics.Tensors;

namespace StyleFarm.StyleTransfer.Optimisation.Lbfgs;

/// <summary>The function to minimise.</summary>
/// <param name="x">The point; valid during the call.</param>
/// <param name="gradient">Where the gradient goes, as long as x.</param>
/// <returns>The function there.</returns>
public delegate double Evaluate(ReadOnlySpan<double> x, Span<double> gradient);

/// <summary>
/// Minimises a smooth function by limited-memory BFGS, deciding as SciPy's fmin_l_bfgs_b decides when there are no bounds (L-BFGS-B
/// 3.0; Byrd, Lu, Nocedal and Zhu 1995; Zhu et al. 1997), so that it takes the same steps in the same number of evaluations. float64.
/// </summary>
public static class LbfgsMinimizer
{
    /// <summary>Minimises f from x.</summary>
    /// <param name="x">The start; on return the best point found. After an exception it may hold any trial point.</param>
    /// <param name="f">The function. Not called again at the very point of its last call.</param>
    /// <param name="options">When to stop and how much to remember.</param>
    /// <param name="cancellationToken">Looked at before each evaluation.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LbfgsResult Minimize(double[] x, Evaluate f, LbfgsOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(f);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Memory, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxLineSearch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Factr);
        ArgumentOutOfRangeException.ThrowIfNegative(options.PgTol);
        return new Run(x, f, options, cancellationToken).Minimize();
    }

    sealed class Run(double[] x, Evaluate evaluate, LbfgsOptions options, CancellationToken cancellationToken)
    {
        const double Epsilon = 2.220446049250313e-16;

        readonly CurvatureMemory _memory = new(options.Memory, x.Length);
        readonly double[] _gradient = new double[x.Length];
        readonly double[] _direction = new double[x.Length];
        readonly double[] _target = new double[x.Length];
        readonly double[] _startX = new double[x.Length];
        readonly double[] _startGradient = new double[x.Length];
        readonly double[] _seenX = new double[x.Length];
        double _f;
        double _startF;
        bool _seenIsHeld;
        int _evaluations;
        int _iterations;

        public LbfgsResult Minimize()
        {
            Evaluate();
            if (LargestGradient() <= options.PgTol)
                return Result(LbfgsStop.GradientTolerance);
            while (true)
            {
                FindDirection();
                if (Search() is not { } found)
                {
                    GoBack();
                    if (_memory.Count == 0)
                        return Result(LbfgsStop.LineSearchFailed);
                    _memory.Clear();
                    continue;
                }
                _iterations++;
                if (Stop() is { } stop)
                    return Result(stop);
                Remember(found);
            }
        }

        void GoBack()
        {
            _startX.CopyTo(x, 0);
            _startGradient.CopyTo(_gradient, 0);
            _f = _startF;
            _seenIsHeld = _seenX.AsSpan().SequenceEqual(x);
        }

        LbfgsStop? Stop()
        {
            if (_iterations >= options.MaxIterations)
                return LbfgsStop.IterationLimit;
            if (_evaluations > options.MaxEvaluations)
                return LbfgsStop.EvaluationLimit;
            if (LargestGradient() <= options.PgTol)
                return LbfgsStop.GradientTolerance;
            var scale = Math.Max(Math.Max(Math.Abs(_startF), Math.Abs(_f)), 1);
            return _startF - _f <= options.Factr * Epsilon * scale ? LbfgsStop.ReductionTolerance : null;
        }

        /// <summary>
        /// The quasi-Newton step. L-BFGS-B forms the point first and takes the direction as its difference from x: the rounding of that
        /// is kept, as it is what the line search then sees.
        /// </summary>
        void FindDirection()
        {
            TensorPrimitives.Negate<double>(_gradient, _direction);
            if (_memory.Count > 0)
                _memory.Apply(_direction);
            TensorPrimitives.Add<double>(x, _direction, _target);
            TensorPrimitives.Subtract<double>(_target, x, _direction);
        }

        /// <summary>Moves x along the direction; null when no step was accepted.</summary>
        (double Step, double StartSlope, double Slope)? Search()
        {
            var norm = Math.Sqrt(TensorPrimitives.Dot<double>(_direction, _direction));
            var slope = TensorPrimitives.Dot<double>(_gradient, _direction);
            var startSlope = slope;
            x.CopyTo(_startX, 0);
            _gradient.CopyTo(_startGradient, 0);
            _startF = _f;
            if (slope >= 0)
                return null;
            var search = LineSearch.Start(_f, slope, _iterations == 0 ? Math.Min(1 / norm, LineSearch.MaxStep) : 1);
            for (var count = 0; count < options.MaxLineSearch; count++)
            {
                if (search.Step == 1)
                    _target.CopyTo(x, 0);
                else
                    TensorPrimitives.MultiplyAdd(_direction, search.Step, _startX, x);
                Evaluate();
                slope = TensorPrimitives.Dot<double>(_gradient, _direction);
                if (search.Accepts(_f, slope))
                    return (search.Step, startSlope, slope);
            }
            return null;
        }

        /// <summary>Keeps the pair of the step just taken unless its curvature is not positive enough.</summary>
        void Remember((double Step, double StartSlope, double Slope) found)
        {
            var change = _startGradient;
            TensorPrimitives.Subtract<double>(_gradient, _startGradient, change);
            if (found.Step != 1)
                TensorPrimitives.Multiply(_direction, found.Step, _direction);
            var curvature = (found.Slope - found.StartSlope) * found.Step;
            if (curvature > Epsilon * -found.StartSlope * found.Step)
                _memory.Add(_direction, change, curvature, TensorPrimitives.Dot<double>(change, change));
        }

        /// <summary>The function and gradient at x; those of the last call when x is still the same.</summary>
        void Evaluate()
        {
            if (_seenIsHeld && _seenX.AsSpan().SequenceEqual(x))
                return;
            cancellationToken.ThrowIfCancellationRequested();
            _evaluations++;
            x.CopyTo(_seenX, 0);
            _f = evaluate(x, _gradient);
            _seenIsHeld = true;
        }

        double LargestGradient() => x.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(_gradient));

        LbfgsResult Result(LbfgsStop stop) => new(_f, _evaluations, _iterations, stop);
    }
}
