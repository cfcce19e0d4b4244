using System.Globalization;

namespace StyleFarm.StyleTransfer.Tests.Optimisation;

/// <summary>The functions of make_lbfgs_golden.py; each gives the value and writes the gradient.</summary>
static class LbfgsFunctions
{
    public static double Evaluate(string name, ReadOnlySpan<double> x, Span<double> g) => name switch
    {
        "rosenbrock" => Rosenbrock(x, g),
        "quadratic-1e2" => Quadratic(1e2, x, g),
        "quadratic-1e4" => Quadratic(1e4, x, g),
        "quadratic-1e8" => Quadratic(1e8, x, g),
        "coupled" => Coupled(x, g),
        "bad-scale" => BadScale(x, g),
        "flat-exit" => FlatExit(x, g),
        "wrong-gradient" => WrongGradient(x, g),
        "uphill" => Uphill(x, g),
        "kinked" => Kinked(x, g),
        "noisy" => Noisy(x, g),
        "linear" => Linear(x, g),
        "wiggly" => Wiggly(x, g),
        _ when name.StartsWith("quartic ", StringComparison.Ordinal) => Quartic(name, x, g),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such function"),
    };

    static double Rosenbrock(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        g.Clear();
        for (var i = 0; i < x.Length - 1; i++)
        {
            var (a, b) = (x[i + 1] - x[i] * x[i], 1 - x[i]);
            f += 100 * a * a + b * b;
            g[i] += -400 * a * x[i] - 2 * b;
            g[i + 1] += 200 * a;
        }
        return f;
    }

    static double Quadratic(double condition, ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var c = Math.Pow(condition, i / (double)(x.Length - 1));
            var d = x[i] - 1 / (1.0 + i);
            f += c * d * d;
            g[i] = c * d;
        }
        return 0.5 * f;
    }

    static double Coupled(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        g.Clear();
        for (var i = 0; i < x.Length; i++)
        {
            f += 0.01 * Math.Pow(x[i], 4) - 0.3 * x[i];
            g[i] += 0.04 * Math.Pow(x[i], 3) - 0.3;
            if (i == 0)
                continue;
            var d = x[i] - x[i - 1];
            f += d * d;
            g[i] += 2 * d;
            g[i - 1] -= 2 * d;
        }
        return f;
    }

    static double BadScale(ReadOnlySpan<double> x, Span<double> g)
    {
        var (u, v) = (1000 * x[0], x[1] / 1000);
        var (s, t, w) = (1.5 - u * (1 - v), 2.25 - u * (1 - v * v), 2.625 - u * (1 - v * v * v));
        var f = s * s + t * t + w * w;
        g[0] = 1000 * (-2 * (s * (1 - v) + t * (1 - v * v) + w * (1 - v * v * v)));
        g[1] = 2 * u * (s + 2 * t * v + 3 * w * v * v) / 1000;
        for (var i = 2; i < x.Length; i++)
        {
            var well = x[i] * x[i] - 1;
            f += well * well * 10 + 0.1 * x[i];
            g[i] = 40 * well * x[i] + 0.1;
        }
        return f;
    }

    static double FlatExit(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var root = Math.Sqrt(1 + x[i] * x[i]);
            f += root - 1.0001 * x[i];
            g[i] = x[i] / root - 1.0001;
        }
        return f;
    }

    static double WrongGradient(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            f += x[i] * x[i];
            g[i] = i == 1 ? -2 * x[i] : 2 * x[i];
        }
        return f;
    }

    static double Uphill(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            f += x[i] * x[i];
            g[i] = -2 * x[i];
        }
        return f;
    }

    static double Kinked(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var weight = 1 + 0.1 * i;
            f += Math.Abs(x[i]) * weight + 0.5 * x[i] * x[i];
            g[i] = (x[i] >= 0 ? weight : -weight) + x[i];
        }
        return f;
    }

    static double Linear(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            f -= (1.0 + i) * x[i];
            g[i] = -(1.0 + i);
        }
        return f;
    }

    static double Wiggly(ReadOnlySpan<double> x, Span<double> g)
    {
        ReadOnlySpan<double> heights = [1.5, -1.0, 0.6, -2.0, 3.0];
        ReadOnlySpan<double> widths = [0.15, 0.4, 0.07];
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            f += 0.02 * x[i] * x[i];
            g[i] = 0.04 * x[i];
            for (var j = 0; j < 12; j++)
            {
                var (centre, height, width) = (j * 7 % 12 - 5.5, heights[j % 5], widths[j % 3]);
                var d = (x[i] - centre) / width;
                var bell = 1 / (1 + d * d);
                f += height * bell;
                g[i] -= 2 * height * d * bell * bell / width;
            }
        }
        return f;
    }

    static double Quartic(string name, ReadOnlySpan<double> x, Span<double> g)
    {
        var words = name.Split(' ');
        var (value, slope) = (double.Parse(words[1], CultureInfo.InvariantCulture), double.Parse(words[2], CultureInfo.InvariantCulture));
        var b = slope + 1 - 4 - 2 * (value + 1 - 1);
        var a = value + 1 - 1 - b;
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            f += x[i] * (-1 + x[i] * (a + x[i] * (b + x[i])));
            g[i] = -1 + x[i] * (2 * a + x[i] * (3 * b + x[i] * 4));
        }
        return f;
    }

    static double Noisy(ReadOnlySpan<double> x, Span<double> g)
    {
        var f = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            f += x[i] * x[i] + (Math.Floor(x[i] * 64) % 2 == 0 ? 1e-3 : -1e-3);
            g[i] = 2 * x[i];
        }
        return f;
    }
}
