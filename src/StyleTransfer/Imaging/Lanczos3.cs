using System.Numerics;

namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>
/// Separable Lanczos3 resampling of a stream of rows, up or down: row by row in, row by row out, holding only the output rows in work.
/// </summary>
/// <remarks>
/// Output sample i lies at source position c = (i + ½)·s − ½ with s = source/target. Its weights are sinc(t)·sinc(t/3) at
/// t = (j − c)/max(s, 1) for |t| &lt; 3, cut off at the edges and made to add up to 1 (Pillow's antialiased Lanczos). libvips' own
/// resize rounds positions to 1/64 pixel and enlarges with a bicubic, hence this one. Plain multiplications and additions on four
/// lanes in a fixed order: the same bits on every machine.
/// </remarks>
sealed class Lanczos3
{
    readonly ImageSize _source;
    readonly ImageSize _target;
    readonly ResampleKernel _columns;
    readonly ResampleKernel _rows;
    readonly Action<int, Vector4[]> _emit;
    readonly Vector4[] _line;
    readonly Queue<Vector4[]> _open = new();
    readonly Stack<Vector4[]> _spare = new();
    int _nextSource;
    int _firstOpen;
    int _nextToOpen;

    /// <param name="source">The size of the rows that come in.</param>
    /// <param name="target">The size that goes out.</param>
    /// <param name="emit">Gets each output row's index and pixels, from the top; the array is reused after it returns.</param>
    public Lanczos3(ImageSize source, ImageSize target, Action<int, Vector4[]> emit)
    {
        (_source, _target, _emit) = (source, target, emit);
        _columns = new ResampleKernel(source.Width, target.Width);
        _rows = new ResampleKernel(source.Height, target.Height);
        _line = new Vector4[target.Width];
    }

    /// <summary>Takes the next row of the source.</summary>
    public void Add(ReadOnlySpan<Vector4> row)
    {
        var y = _nextSource++;
        OpenRows(y);
        if (_open.Count == 0)
            return;
        Across(row);
        var index = _firstOpen;
        foreach (var output in _open)
            Accumulate(output, _rows.Weight(index++, y));
        while (_open.Count > 0 && _rows.End(_firstOpen) <= y + 1)
        {
            var done = _open.Dequeue();
            _emit(_firstOpen++, done);
            _spare.Push(done);
        }
    }

    void OpenRows(int y)
    {
        while (_nextToOpen < _target.Height && _rows.Start(_nextToOpen) <= y)
        {
            if (_spare.TryPop(out var row))
                Array.Clear(row);
            else
                row = new Vector4[_target.Width];
            _open.Enqueue(row);
            _nextToOpen++;
        }
    }

    void Across(ReadOnlySpan<Vector4> row)
    {
        if (_source.Width == _target.Width)
        {
            row.CopyTo(_line);
            return;
        }
        for (var x = 0; x < _line.Length; x++)
        {
            var weights = _columns.Weights(x);
            var taps = row.Slice(_columns.Start(x), weights.Length);
            var sum = Vector4.Zero;
            for (var i = 0; i < weights.Length; i++)
                sum += taps[i] * weights[i];
            _line[x] = sum;
        }
    }

    void Accumulate(Vector4[] output, float weight)
    {
        for (var x = 0; x < output.Length; x++)
            output[x] += _line[x] * weight;
    }
}
