namespace StyleFarm.StyleTransfer.Optimisation.Lbfgs;

/// <summary>
/// The line search of Moré and Thuente 1994 with the constants of L-BFGS-B 3.0: looks for a step of sufficient decrease,
/// f(t) ≤ f(0) + 1e-3·t·f′(0), and small slope, |f′(t)| ≤ 0.9·|f′(0)|; takes what it has when the interval shrinks to a tenth.
/// </summary>
struct LineSearch
{
    /// <summary>The longest step.</summary>
    public const double MaxStep = 1e10;

    const double DecreaseTolerance = 1e-3;
    const double SlopeTolerance = 0.9;
    const double IntervalTolerance = 0.1;
    const double MinStep = 0;

    CubicStep _interval;
    double _startF;
    double _startSlope;
    double _least;
    double _most;
    double _width;
    double _widthBefore;
    bool _secondStage;

    /// <summary>The step to try next, or the accepted one.</summary>
    public double Step { get; private set; }

    /// <summary>Begins at step 0.</summary>
    /// <param name="f">The function there.</param>
    /// <param name="slope">Its slope along the direction, below 0.</param>
    /// <param name="firstStep">The first step to try, above 0, at most <see cref="MaxStep"/>.</param>
    public static LineSearch Start(double f, double slope, double firstStep)
    {
        var origin = new LinePoint(0, f, slope);
        return new()
        {
            Step = firstStep,
            _interval = new() { Best = origin, Other = origin },
            _startF = f,
            _startSlope = slope,
            _most = firstStep + 4 * firstStep,
            _width = MaxStep - MinStep,
            _widthBefore = 2 * (MaxStep - MinStep),
        };
    }

    /// <summary>True when the step just evaluated is accepted; else <see cref="Step"/> is the next to try.</summary>
    /// <param name="f">The function at <see cref="Step"/>.</param>
    /// <param name="slope">Its slope there.</param>
    public bool Accepts(double f, double slope)
    {
        var tilt = DecreaseTolerance * _startSlope;
        var bound = _startF + Step * tilt;
        if (!_secondStage && f <= bound && slope >= 0)
            _secondStage = true;
        if (IsExhausted(f, slope, bound, tilt) || (f <= bound && Math.Abs(slope) <= SlopeTolerance * -_startSlope))
            return true;

        var trial = new LinePoint(Step, f, slope);
        if (!_secondStage && f <= _interval.Best.F && f > bound)
        {
            // A lower value without sufficient decrease: the auxiliary function of the first stage predicts better.
            _interval.Best = _interval.Best.Tilted(tilt);
            _interval.Other = _interval.Other.Tilted(tilt);
            Step = _interval.Advance(trial.Tilted(tilt), _least, _most);
            _interval.Best = _interval.Best.Untilted(tilt);
            _interval.Other = _interval.Other.Untilted(tilt);
        }
        else
        {
            Step = _interval.Advance(trial, _least, _most);
        }
        Narrow();
        return false;
    }

    readonly bool IsExhausted(double f, double slope, double bound, double tilt) =>
        (_interval.Bracketed && (Step <= _least || Step >= _most || _most - _least <= IntervalTolerance * _most))
        || (Step == MaxStep && f <= bound && slope <= tilt)
        || (Step == MinStep && (f > bound || slope >= tilt));

    void Narrow()
    {
        var (best, other) = (_interval.Best.Step, _interval.Other.Step);
        if (_interval.Bracketed)
        {
            if (Math.Abs(other - best) >= 0.66 * _widthBefore)
                Step = best + 0.5 * (other - best);
            _widthBefore = _width;
            _width = Math.Abs(other - best);
            (_least, _most) = (Math.Min(best, other), Math.Max(best, other));
        }
        else
        {
            (_least, _most) = (Step + 1.1 * (Step - best), Step + 4 * (Step - best));
        }
        Step = Math.Min(Math.Max(Step, MinStep), MaxStep);
        if (_interval.Bracketed && (Step <= _least || Step >= _most || _most - _least <= IntervalTolerance * _most))
            Step = best;
    }
}
