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
/// It asks, and the caller evaluates: the function at <see cref="Point"/> goes to <see cref="Supply"/>, its gradient to
/// <see cref="Gradient"/>, until there is a result. So many can be evaluated at once.
/// </summary>
public sealed class LbfgsMinimizer
{
    const double Epsilon = 2.220446049250313e-16;

    readonly double[] _x;
    readonly LbfgsOptions _options;
    readonly CurvatureMemory _memory;
    readonly double[] _gradient;
    readonly double[] _direction;
    readonly double[] _target;
    readonly double[] _startX;
    readonly double[] _startGradient;
    readonly double[] _seenX;
    double _f;
    double _startF;
    bool _seenIsHeld;
    int _evaluations;
    int _iterations;
    LineSearch _search;
    double _startSlope;
    int _trials;
    bool _isSearching;

    /// <summary>Begins at x and asks for the function there.</summary>
    /// <param name="x">The start; taken over. In the end it is the best point found.</param>
    /// <param name="options">When to stop and how much to remember.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public LbfgsMinimizer(double[] x, LbfgsOptions options)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Memory, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxLineSearch, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Factr);
        ArgumentOutOfRangeException.ThrowIfNegative(options.PgTol);
        (_x, _options) = (x, options);
        _memory = new CurvatureMemory(options.Memory, x.Length);
        (_gradient, _direction, _target) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        (_startX, _startGradient, _seenX) = (new double[x.Length], new double[x.Length], new double[x.Length]);
        Ask();
    }

    /// <summary>Where the function is wanted; with a result, the best point found.</summary>
    public ReadOnlySpan<double> Point => _x;

    /// <summary>Where the gradient at the point goes, before <see cref="Supply"/>.</summary>
    public Span<double> Gradient => _gradient;

    /// <summary>Minimises f from x.</summary>
    /// <param name="x">The start; on return the best point found. After an exception it may hold any trial point.</param>
    /// <param name="f">The function. Not called again at the very point of its last call.</param>
    /// <param name="options">When to stop and how much to remember.</param>
    /// <param name="cancellationToken">Looked at before each evaluation.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static LbfgsResult Minimize(double[] x, Evaluate f, LbfgsOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(f);
        var minimizer = new LbfgsMinimizer(x, options);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (minimizer.Supply(f(minimizer.Point, minimizer.Gradient)) is { } result) return result;
        }
    }

    /// <summary>Takes the function at <see cref="Point"/>, and the gradient that was put into <see cref="Gradient"/>, and goes on.</summary>
    /// <returns>Null when another evaluation is wanted, at the new <see cref="Point"/>.</returns>
    public LbfgsResult? Supply(double f)
    {
        _f = f;
        LbfgsResult? result;
        do
            result = _isSearching ? AfterTrial() : AfterStart();
        while (result is null && !Ask());
        return result;
    }

    /// <summary>False when the function and gradient at the point are those of the last evaluation, which are still held.</summary>
    bool Ask()
    {
        if (_seenIsHeld && _seenX.AsSpan().SequenceEqual(_x)) return false;
        _evaluations++;
        _x.CopyTo(_seenX, 0);
        _seenIsHeld = true;
        return true;
    }

    LbfgsResult? AfterStart() => LargestGradient() <= _options.PgTol ? Result(LbfgsStop.GradientTolerance) : BeginSearch();

    LbfgsResult? AfterTrial()
    {
        var slope = TensorPrimitives.Dot<double>(_gradient, _direction);
        if (!_search.Accepts(_f, slope)) return ++_trials < _options.MaxLineSearch ? Try() : GiveUp();

        _iterations++;
        if (Stop() is { } stop) return Result(stop);
        Remember(slope);
        return BeginSearch();
    }

    /// <summary>Looks along a new direction for a lower point.</summary>
    LbfgsResult? BeginSearch()
    {
        FindDirection();
        var norm = Math.Sqrt(TensorPrimitives.Dot<double>(_direction, _direction));
        _startSlope = TensorPrimitives.Dot<double>(_gradient, _direction);
        _x.CopyTo(_startX, 0);
        _gradient.CopyTo(_startGradient, 0);
        _startF = _f;
        if (_startSlope >= 0) return GiveUp();
        _search = LineSearch.Start(_f, _startSlope, _iterations == 0 ? Math.Min(1 / norm, LineSearch.MaxStep) : 1);
        (_trials, _isSearching) = (0, true);
        return Try();
    }

    LbfgsResult? Try()
    {
        if (_search.Step == 1)
            _target.CopyTo(_x, 0);
        else
            TensorPrimitives.MultiplyAdd(_direction, _search.Step, _startX, _x);
        return null;
    }

    /// <summary>No step was accepted: once more along the negative gradient, or the end.</summary>
    LbfgsResult? GiveUp()
    {
        _startX.CopyTo(_x, 0);
        _startGradient.CopyTo(_gradient, 0);
        _f = _startF;
        _seenIsHeld = _seenX.AsSpan().SequenceEqual(_x);
        if (_memory.Count == 0) return Result(LbfgsStop.LineSearchFailed);
        _memory.Clear();
        return BeginSearch();
    }

    LbfgsStop? Stop()
    {
        if (_iterations >= _options.MaxIterations)
            return LbfgsStop.IterationLimit;
        if (_evaluations > _options.MaxEvaluations)
            return LbfgsStop.EvaluationLimit;
        if (LargestGradient() <= _options.PgTol)
            return LbfgsStop.GradientTolerance;
        var scale = Math.Max(Math.Max(Math.Abs(_startF), Math.Abs(_f)), 1);
        return _startF - _f <= _options.Factr * Epsilon * scale ? LbfgsStop.ReductionTolerance : null;
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
        TensorPrimitives.Add<double>(_x, _direction, _target);
        TensorPrimitives.Subtract<double>(_target, _x, _direction);
    }

    /// <summary>Keeps the pair of the step just taken unless its curvature is not positive enough.</summary>
    void Remember(double slope)
    {
        var change = _startGradient;
        TensorPrimitives.Subtract<double>(_gradient, _startGradient, change);
        if (_search.Step != 1)
            TensorPrimitives.Multiply(_direction, _search.Step, _direction);
        var curvature = (slope - _startSlope) * _search.Step;
        if (curvature > Epsilon * -_startSlope * _search.Step)
            _memory.Add(_direction, change, curvature, TensorPrimitives.Dot<double>(change, change));
    }

    double LargestGradient() => _x.Length == 0 ? 0 : Math.Abs(TensorPrimitives.MaxMagnitude<double>(_gradient));

    LbfgsResult Result(LbfgsStop stop) => new(_f, _evaluations, _iterations, stop);
}
