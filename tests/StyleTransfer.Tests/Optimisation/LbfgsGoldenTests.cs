using System.Text.Json;
using StyleFarm.StyleTransfer.Optimisation.Lbfgs;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Optimisation;

/// <summary>Against the traces that make_lbfgs_golden.py took from SciPy.</summary>
public sealed class LbfgsGoldenTests
{
    /// <summary>Relative; what the same steps in other arithmetic may differ by where rounding alone does not do more.</summary>
    const double Tolerance = 1e-9;

    /// <summary>Times the drift that rounding of the gradient makes: the recursion's own rounding comes on top.</summary>
    const double DriftAllowance = 50;

    static readonly JsonDocument Golden = JsonDocument.Parse(File.ReadAllText(
        Checkout.PathOf("tests", "StyleTransfer.Tests", "Optimisation", "lbfgs-golden.json")));

    public static TheoryData<int, string> Cases
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (i, c) in Golden.RootElement.GetProperty("cases").EnumerateArray().Index())
                data.Add(i, $"{c.GetProperty("function")} {c.GetProperty("n")} {c.GetProperty("start")} {c.GetProperty("options")}");
            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void Minimize_TakesScipysSteps(int number, string label)
    {
        var golden = Golden.RootElement.GetProperty("cases")[number];
        var name = golden.GetProperty("function").GetString()!;
        var x = Numbers(golden.GetProperty("x0"));
        var start = x.ToArray();
        var points = new List<(double F, double[] X)>();

        var result = LbfgsMinimizer.Minimize(x, Record, Options(golden.GetProperty("options")), TestContext.Current.CancellationToken);

        var worst = CompareTraces(label, start, golden.GetProperty("trace"), points);
        TestContext.Current.TestOutputHelper?.WriteLine($"{label}: {result}, largest departure {worst:E1}");
        Assert.Equal(points.Count, result.Evaluations);
        if (golden.GetProperty("drift_calls").EnumerateArray().Any(calls => calls.GetInt32() != golden.GetProperty("calls").GetInt32()))
            return;
        Assert.Equal((golden.GetProperty("calls").GetInt32(), golden.GetProperty("iterations").GetInt32()),
            (result.Evaluations, result.Iterations));
        Assert.Equal(golden.GetProperty("task").GetString(), result.Task);

        double Record(ReadOnlySpan<double> at, Span<double> gradient)
        {
            var f = LbfgsFunctions.Evaluate(name, at, gradient);
            points.Add((f, at.ToArray()));
            return f;
        }
    }

    static double CompareTraces(string label, double[] start, JsonElement trace, List<(double F, double[] X)> points)
    {
        var worst = 0.0;
        foreach (var (i, golden) in trace.EnumerateArray().Index())
        {
            var drift = golden.GetProperty("drift").GetDouble() * DriftAllowance;
            Assert.True(i < points.Count, $"{label}: ended after {points.Count} evaluations, expected at least {i + 1}");
            var point = points[i].X;
            foreach (var (k, expected) in Numbers(golden.GetProperty("x")).Index())
            {
                var departure = Math.Abs(point[k] - expected) / Math.Max(Math.Max(Math.Abs(expected), Math.Abs(start[k])), 1e-300);
                worst = Math.Max(worst, departure);
                Assert.True(departure <= Math.Max(Tolerance, drift),
                    $"{label}: evaluation {i}: x[{k}] = {point[k]:R}, expected {expected:R} within {Math.Max(Tolerance, drift):E1}");
            }
            var norm = Math.Sqrt(point.Sum(value => value * value));
            Assert.Equal(golden.GetProperty("norm").GetDouble(), norm, Math.Max(Tolerance, drift) * Math.Max(1, norm));
        }
        return worst;
    }

    static LbfgsOptions Options(JsonElement given)
    {
        var options = new LbfgsOptions();
        foreach (var member in given.EnumerateObject())
        {
            options = member.Name switch
            {
                "m" => options with { Memory = member.Value.GetInt32() },
                "maxfun" => options with { MaxEvaluations = member.Value.GetInt32() },
                "maxiter" => options with { MaxIterations = member.Value.GetInt32() },
                "factr" => options with { Factr = member.Value.GetDouble() },
                "pgtol" => options with { PgTol = member.Value.GetDouble() },
                _ => throw new InvalidDataException(member.Name),
            };
        }
        return options;
    }

    static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetDouble())];
}
