namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>The normalised Lanczos3 weights of every output sample along one axis.</summary>
sealed class ResampleKernel
{
    const double Lobes = 3;

    readonly int[] _starts;
    readonly int[] _offsets;
    readonly float[] _weights;

    public ResampleKernel(int source, int target)
    {
        var scale = (double)source / target;
        var stretch = Math.Max(scale, 1);
        var radius = Lobes * stretch;
        _starts = new int[target];
        _offsets = new int[target + 1];
        var all = new List<float>();
        var taps = new List<double>();
        for (var i = 0; i < target; i++)
        {
            var centre = (i + 0.5) * scale - 0.5;
            var first = Math.Max(0, (int)Math.Ceiling(centre - radius));
            var last = Math.Min(source - 1, (int)Math.Floor(centre + radius));
            taps.Clear();
            for (var j = first; j <= last; j++)
                taps.Add(Window((j - centre) / stretch));
            var sum = taps.Sum();
            foreach (var tap in taps)
                all.Add((float)(tap / sum));
            _starts[i] = first;
            _offsets[i + 1] = all.Count;
        }
        _weights = [.. all];
    }

    /// <summary>The first source sample that output <paramref name="i"/> reads.</summary>
    public int Start(int i) => _starts[i];

    /// <summary>One past the last source sample that output <paramref name="i"/> reads.</summary>
    public int End(int i) => _starts[i] + _offsets[i + 1] - _offsets[i];

    /// <summary>The weights of output <paramref name="i"/>, from <see cref="Start"/> on.</summary>
    public ReadOnlySpan<float> Weights(int i) => _weights.AsSpan(_offsets[i].._offsets[i + 1]);

    /// <summary>The weight of source sample <paramref name="j"/> in output <paramref name="i"/>; 0 outside its reach.</summary>
    public float Weight(int i, int j)
    {
        var tap = j - _starts[i];
        var weights = Weights(i);
        return (uint)tap < (uint)weights.Length ? weights[tap] : 0;
    }

    static double Window(double t) => Math.Abs(t) >= Lobes ? 0 : Sinc(t) * Sinc(t / Lobes);

    static double Sinc(double t) => t == 0 ? 1 : Math.Sin(Math.PI * t) / (Math.PI * t);
}
