using System.Numerics.Tensors;
using StyleFarm.Messages.Recipes;
using StyleFarm.StyleTransfer.Optimisation;
using StyleFarm.StyleTransfer.Optimisation.Lbfgs;

namespace StyleFarm.StyleTransfer.Tests.Optimisation;

public sealed class LbfgsMinimizerTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Minimize_NoDescent_TriesMaxLineSearchTimesAndRestoresTheStart(int maxLineSearch)
    {
        double[] x = [1, 2, 3];

        var result = LbfgsMinimizer.Minimize(x, (at, gradient) =>
        {
            for (var i = 0; i < at.Length; i++)
                gradient[i] = -2 * at[i];
            return Squares(at);
        }, new() { MaxLineSearch = maxLineSearch }, Token);

        Assert.Equal(new LbfgsResult(14, 1 + maxLineSearch, 0, LbfgsStop.LineSearchFailed), result);
        Assert.Equal("ABNORMAL_TERMINATION_IN_LNSRCH", result.Task);
        Assert.Equal([1, 2, 3], x);
    }

    [Theory]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, -1)]
    public void Minimize_NotFinite_Ends(double value, double slope)
    {
        for (var good = 0; good < 4; good++)
        {
            var calls = 0;
            double[] x = [3, -2];

            var result = LbfgsMinimizer.Minimize(x, (at, gradient) =>
            {
                LbfgsFunctions.Evaluate("rosenbrock", at, gradient);
                if (calls++ < good)
                    return LbfgsFunctions.Evaluate("rosenbrock", at, gradient);
                gradient.Fill(slope);
                return value;
            }, new() { MaxEvaluations = 100 }, Token);

            Assert.InRange(result.Evaluations, 1, 141);
        }
    }

    [Fact]
    public void Minimize_Cancelled_StopsBeforeTheNextEvaluation()
    {
        using var source = new CancellationTokenSource();
        var calls = 0;

        Assert.Throws<OperationCanceledException>(() => LbfgsMinimizer.Minimize(new double[4], (at, gradient) =>
        {
            if (++calls == 3)
                source.Cancel();
            return LbfgsFunctions.Evaluate("rosenbrock", at, gradient);
        }, new(), source.Token));

        Assert.Equal(3, calls);
    }

    [Fact]
    public void Minimize_AllocatesOnlyAtTheStart()
    {
        var few = Allocated(3);
        var many = Allocated(200);

        Assert.InRange(many - few, 0, 1024);

        static long Allocated(int iterations)
        {
            var x = new double[1000];
            x.AsSpan().Fill(-1.2);
            Evaluate f = (at, gradient) => LbfgsFunctions.Evaluate("rosenbrock", at, gradient);
            var options = new LbfgsOptions { MaxIterations = iterations, Factr = 0, PgTol = 0 };
            LbfgsMinimizer.Minimize(x.ToArray(), f, options, Token);
            var before = GC.GetAllocatedBytesForCurrentThread();
            LbfgsMinimizer.Minimize(x, f, options, Token);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void Minimize_Twice_GivesTheSameBits()
    {
        var (first, second) = (Run(), Run());

        Assert.Equal(first, second);

        static double[] Run()
        {
            var x = Enumerable.Range(0, 333).Select(i => Math.Sin(i)).ToArray();
            LbfgsMinimizer.Minimize(x, (at, gradient) => LbfgsFunctions.Evaluate("rosenbrock", at, gradient), new(), Token);
            return x;
        }
    }

    [Fact]
    public void Supply_ManyInTurn_EachGoesItsOwnWay()
    {
        var starts = Enumerable.Range(0, 3).Select(i => Enumerable.Range(0, 30 + i).Select(k => Math.Sin(k + i)).ToArray()).ToList();
        var alone = starts.Select(start => (X: start.ToArray(), Result: (LbfgsResult?)null)).ToList();
        for (var i = 0; i < alone.Count; i++)
            alone[i] = alone[i] with { Result = LbfgsMinimizer.Minimize(alone[i].X, Rosenbrock, new(), Token) };

        var minimizers = starts.Select(start => new LbfgsMinimizer(start.ToArray(), new())).ToList();
        var results = new LbfgsResult?[minimizers.Count];
        while (results.Contains(null))
            for (var i = 0; i < minimizers.Count; i++)
                results[i] ??= minimizers[i].Supply(LbfgsFunctions.Evaluate("rosenbrock", minimizers[i].Point, minimizers[i].Gradient));

        Assert.Equal(alone.Select(one => one.Result), results);
        foreach (var (one, minimizer) in alone.Zip(minimizers)) Assert.Equal(one.X, minimizer.Point.ToArray());
        double Rosenbrock(ReadOnlySpan<double> at, Span<double> gradient) => LbfgsFunctions.Evaluate("rosenbrock", at, gradient);
        Assert.True(results.Select(result => result!.Evaluations).Distinct().Count() > 1, "all took as many evaluations");
    }

    /// <summary>A resumed run must give the same bits, so a vector's place in memory must not change the order of summation.</summary>
    [Fact]
    public void Dot_WhereverTheVectorLies_GivesTheSameBits()
    {
        for (var length = 1; length < 300; length += 7)
        {
            var values = Enumerable.Range(0, length).Select(i => Math.Sin(i * i) / (i + 1)).ToArray();
            var expected = TensorPrimitives.Dot<double>(values, values);
            for (var offset = 0; offset < 9; offset++)
            {
                var room = new double[length + 9];
                values.CopyTo(room, offset);
                Assert.Equal(expected, TensorPrimitives.Dot<double>(room.AsSpan(offset, length), values));
            }
        }
    }

    [Fact]
    public void Minimize_BadOptions_AreRefused()
    {
        LbfgsOptions[] bad = [new() { Memory = 0 }, new() { MaxLineSearch = 0 }, new() { Factr = -1 }, new() { PgTol = -1 }];
        foreach (var options in bad)
            Assert.Throws<ArgumentOutOfRangeException>(() => LbfgsMinimizer.Minimize([1], (_, _) => 0, options, Token));
    }

    [Fact]
    public void Options_From_TakesTheRecipesFields()
    {
        var optimizer = new OptimizerSpec { Kind = OptimizerKind.Lbfgs, Memory = 3, Maxfun = 4, Factr = 5, Pgtol = 6, Maxls = 7 };

        Assert.Equal(new() { Memory = 3, MaxEvaluations = 4, Factr = 5, PgTol = 6, MaxLineSearch = 7 }, LbfgsOptions.From(optimizer));
    }

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(199, 0.1)]
    [InlineData(200, 0.08)]
    [InlineData(399, 0.08)]
    [InlineData(400, 0.064)]
    public void LearningRate_FallsByGammaEachTime(int step, double lr)
    {
        var schedule = new ScheduleSpec { Every = 200, Gamma = 0.8 };

        Assert.Equal(lr, StepSchedule.LearningRate(schedule, 0.1, step), 1e-16);
        Assert.Equal(0.1, StepSchedule.LearningRate(null, 0.1, step));
        Assert.Throws<ArgumentOutOfRangeException>(() => StepSchedule.LearningRate(schedule, 0.1, -1));
    }

    static double Squares(ReadOnlySpan<double> x)
    {
        var sum = 0.0;
        foreach (var value in x)
            sum += value * value;
        return sum;
    }
}
