namespace StyleFarm.StyleTransfer.Optimisation.Lbfgs;

/// <summary>A point on the line: its step, and the function and its slope there.</summary>
readonly record struct LinePoint(double Step, double F, double Slope)
{
    /// <summary>The same point of ψ(t) = f(t) − slope·t.</summary>
    public LinePoint Tilted(double slope) => new(Step, F - Step * slope, Slope - slope);

    /// <summary>Undoes <see cref="Tilted"/>.</summary>
    public LinePoint Untilted(double slope) => new(Step, F + Step * slope, Slope + slope);
}

/// <summary>
/// The safeguarded step of Moré and Thuente 1994, section 4: from the best point, the other end of the interval and a trial, the next
/// trial by cubic and quadratic interpolation, and the new interval.
/// </summary>
struct CubicStep
{
    const double Shrink = 0.66;

    /// <summary>The point with the least function value so far.</summary>
    public LinePoint Best;

    /// <summary>The other end of the interval of uncertainty.</summary>
    public LinePoint Other;

    /// <summary>True once a minimiser is known to lie between the two.</summary>
    public bool Bracketed;

    /// <summary>Takes the trial into the interval and gives the next trial.</summary>
    /// <param name="trial">The point just evaluated.</param>
    /// <param name="least">The least step that may follow.</param>
    /// <param name="most">The greatest step that may follow.</param>
    public double Advance(LinePoint trial, double least, double most)
    {
        var turn = trial.Slope * (Best.Slope / Math.Abs(Best.Slope));
        double next;
        if (trial.F > Best.F)
            next = HigherValue(trial);
        else if (turn < 0)
            next = OppositeSlope(trial);
        else if (Math.Abs(trial.Slope) < Math.Abs(Best.Slope))
            next = FlatterSlope(trial, least, most);
        else
            next = SteeperSlope(trial, least, most);

        if (trial.F > Best.F)
        {
            Other = trial;
        }
        else
        {
            if (turn < 0)
                Other = Best;
            Best = trial;
        }
        return next;
    }

    /// <summary>Case 1: the cubic's step if it is nearer to the best point than the quadratic's, else their mean.</summary>
    double HigherValue(LinePoint trial)
    {
        var length = trial.Step - Best.Step;
        var (theta, gamma) = Cubic(Best, trial, clip: false);
        if (trial.Step < Best.Step)
            gamma = -gamma;
        var ratio = (gamma - Best.Slope + theta) / (gamma - Best.Slope + gamma + trial.Slope);
        var cubic = Best.Step + ratio * length;
        var quadratic = Best.Step + Best.Slope / ((Best.F - trial.F) / length + Best.Slope) / 2 * length;
        Bracketed = true;
        return Math.Abs(cubic - Best.Step) < Math.Abs(quadratic - Best.Step) ? cubic : cubic + (quadratic - cubic) / 2;
    }

    /// <summary>Case 2: whichever of the cubic's and the secant's step is farther from the trial.</summary>
    double OppositeSlope(LinePoint trial)
    {
        var (theta, gamma) = Cubic(Best, trial, clip: false);
        if (trial.Step > Best.Step)
            gamma = -gamma;
        var ratio = (gamma - trial.Slope + theta) / (gamma - trial.Slope + gamma + Best.Slope);
        var cubic = trial.Step + ratio * (Best.Step - trial.Step);
        var secant = Secant(trial);
        Bracketed = true;
        return Math.Abs(cubic - trial.Step) > Math.Abs(secant - trial.Step) ? cubic : secant;
    }

    /// <summary>Case 3: the cubic may have no minimiser beyond the trial; then the limit stands for it.</summary>
    readonly double FlatterSlope(LinePoint trial, double least, double most)
    {
        var (theta, gamma) = Cubic(Best, trial, clip: true);
        if (trial.Step > Best.Step)
            gamma = -gamma;
        var ratio = (gamma - trial.Slope + theta) / (gamma + (Best.Slope - trial.Slope) + gamma);
        var cubic = ratio < 0 && gamma != 0 ? trial.Step + ratio * (Best.Step - trial.Step)
            : trial.Step > Best.Step ? most : least;
        var secant = Secant(trial);
        var cubicIsNearer = Math.Abs(cubic - trial.Step) < Math.Abs(secant - trial.Step);
        var cubicIsFarther = Math.Abs(cubic - trial.Step) > Math.Abs(secant - trial.Step);
        if (!Bracketed)
            return Math.Max(least, Math.Min(most, cubicIsFarther ? cubic : secant));
        var next = cubicIsNearer ? cubic : secant;
        var guard = trial.Step + Shrink * (Other.Step - trial.Step);
        return trial.Step > Best.Step ? Math.Min(guard, next) : Math.Max(guard, next);
    }

    /// <summary>Case 4: the cubic through the trial and the other end, or a limit.</summary>
    readonly double SteeperSlope(LinePoint trial, double least, double most)
    {
        if (!Bracketed)
            return trial.Step > Best.Step ? most : least;
        var (theta, gamma) = Cubic(trial, Other, clip: false);
        if (trial.Step > Other.Step)
            gamma = -gamma;
        var ratio = (gamma - trial.Slope + theta) / (gamma - trial.Slope + gamma + Other.Slope);
        return trial.Step + ratio * (Other.Step - trial.Step);
    }

    readonly double Secant(LinePoint trial) =>
        trial.Step + trial.Slope / (trial.Slope - Best.Slope) * (Best.Step - trial.Step);

    /// <summary>θ and γ of the cubic that interpolates values and slopes at two points, γ without its sign.</summary>
    static (double Theta, double Gamma) Cubic(LinePoint from, LinePoint to, bool clip)
    {
        var theta = 3 * (from.F - to.F) / (to.Step - from.Step) + from.Slope + to.Slope;
        var scale = Math.Max(Math.Max(Math.Abs(theta), Math.Abs(from.Slope)), Math.Abs(to.Slope));
        var square = theta / scale * (theta / scale) - from.Slope / scale * (to.Slope / scale);
        return (theta, scale * Math.Sqrt(clip ? Math.Max(0, square) : square));
    }
}
