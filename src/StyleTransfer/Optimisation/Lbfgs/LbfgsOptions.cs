using StyleFarm.Messages.Recipes;

namespace StyleFarm.StyleTransfer.Optimisation.Lbfgs;

/// <summary>When to stop and how much to remember; the defaults are those of SciPy's fmin_l_bfgs_b.</summary>
public sealed record LbfgsOptions
{
    /// <summary>Pairs of steps and gradient differences kept, at least 1; each takes two vectors of memory.</summary>
    public int Memory { get; init; } = 10;

    /// <summary>`maxfun`: ends after the iteration that brings the evaluations above this.</summary>
    public int MaxEvaluations { get; init; } = 15_000;

    /// <summary>`maxiter`: ends after this many iterations.</summary>
    public int MaxIterations { get; init; } = 15_000;

    /// <summary>`factr`: ends when (f − f₊)/max(|f|, |f₊|, 1) is at most this times 2⁻⁵². At least 0.</summary>
    public double Factr { get; init; } = 1e7;

    /// <summary>`pgtol`: ends when no gradient component is larger. At least 0.</summary>
    public double PgTol { get; init; } = 1e-5;

    /// <summary>`maxls`: evaluations in a line search, at least 1.</summary>
    public int MaxLineSearch { get; init; } = 20;

    /// <summary>What a recipe says.</summary>
    public static LbfgsOptions From(OptimizerSpec optimizer) => new()
    {
        Memory = optimizer.Memory,
        MaxEvaluations = optimizer.Maxfun,
        Factr = optimizer.Factr,
        PgTol = optimizer.Pgtol,
        MaxLineSearch = optimizer.Maxls,
    };
}

/// <summary>Why a minimisation ended.</summary>
public enum LbfgsStop
{
    /// <summary>No gradient component exceeds pgtol.</summary>
    GradientTolerance,

    /// <summary>The function fell by less than factr allows.</summary>
    ReductionTolerance,

    /// <summary>More evaluations than maxfun.</summary>
    EvaluationLimit,

    /// <summary>As many iterations as maxiter.</summary>
    IterationLimit,

    /// <summary>The line search found no lower point along the negative gradient either.</summary>
    LineSearchFailed,
}

/// <summary>What a minimisation came to.</summary>
/// <param name="F">The function at the returned point.</param>
/// <param name="Evaluations">How often the function was evaluated.</param>
/// <param name="Iterations">Line searches that ended in a new point.</param>
/// <param name="Stop">Why it ended.</param>
public sealed record LbfgsResult(double F, int Evaluations, int Iterations, LbfgsStop Stop)
{
    /// <summary>The reason as SciPy words it.</summary>
    public string Task => Stop switch
    {
        LbfgsStop.GradientTolerance => "CONVERGENCE: NORM_OF_PROJECTED_GRADIENT_<=_PGTOL",
        LbfgsStop.ReductionTolerance => "CONVERGENCE: REL_REDUCTION_OF_F_<=_FACTR*EPSMCH",
        LbfgsStop.EvaluationLimit => "STOP: TOTAL NO. of f AND g EVALUATIONS EXCEEDS LIMIT",
        LbfgsStop.IterationLimit => "STOP: TOTAL NO. of ITERATIONS REACHED LIMIT",
        _ => "ABNORMAL_TERMINATION_IN_LNSRCH",
    };
}
