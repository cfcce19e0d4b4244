namespace StyleFarm.Actors.Testing;

internal interface IHeapTimer
{
    long Due { get; set; }

    /// <summary>Tells timers of the same moment apart: who was started first is first.</summary>
    long Order { get; set; }

    int Place { get; set; }

    void Fire();
}

/// <summary>A binary heap whose entries know their place, so that a timer that is moved or cancelled leaves nothing behind.</summary>
internal sealed class TimerHeap
{
    public const int Nowhere = -1;

    IHeapTimer[] _heap = new IHeapTimer[16];
    int _count;

    public IHeapTimer? First => _count > 0 ? _heap[0] : null;

    public long NewestOrder { get; private set; }

    public void Add(IHeapTimer timer, long due)
    {
        (timer.Due, timer.Order) = (due, ++NewestOrder);
        if (_count == _heap.Length) Array.Resize(ref _heap, _count * 2);
        Rise(timer, _count++);
    }

    public void Remove(IHeapTimer timer)
    {
        var place = timer.Place;
        if (place == Nowhere) return;
        timer.Place = Nowhere;
        var last = _heap[--_count];
        _heap[_count] = null!;
        if (ReferenceEquals(last, timer)) return;
        if (place > 0 && IsBefore(last, _heap[(place - 1) / 2])) Rise(last, place);
        else Sink(last, place);
    }

    void Rise(IHeapTimer timer, int place)
    {
        while (place > 0)
        {
            var parent = (place - 1) / 2;
            if (!IsBefore(timer, _heap[parent])) break;
            Put(_heap[parent], place);
            place = parent;
        }
        Put(timer, place);
    }

    void Sink(IHeapTimer timer, int place)
    {
        while (true)
        {
            var child = place * 2 + 1;
            if (child >= _count) break;
            if (child + 1 < _count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], timer)) break;
            Put(_heap[child], place);
            place = child;
        }
        Put(timer, place);
    }

    void Put(IHeapTimer timer, int place)
    {
        _heap[place] = timer;
        timer.Place = place;
    }

    static bool IsBefore(IHeapTimer left, IHeapTimer right) => left.Due < right.Due || (left.Due == right.Due && left.Order < right.Order);
}
