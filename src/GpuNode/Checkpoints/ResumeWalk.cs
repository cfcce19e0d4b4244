namespace StyleFarm.GpuNode.Checkpoints;

/// <summary>
/// Decides from which checkpoint each cell of a batch goes on. A node that is killed while it stores the checkpoints of one moment leaves
/// that moment half: some cells have it, others do not. To come to the same bits as without the kill, the batch must be in the same
/// company at every step, so all cells go on from the newest moment of this shard that all of them have. An owner that was overtaken counts
/// its moments by itself, so a moment is one only within a claim. Moment 0 is where they entered the shard, be it with checkpoints of other
/// shards or at their beginning. At most one moment can be half; where more is missing, files
/// were lost, and each cell goes on from the newest that it has rather than lose work.
/// </summary>
/// <param name="shard">The shard.</param>
/// <param name="cells">The size of the batch.</param>
sealed class ResumeWalk(long shard, int cells)
{
    readonly List<CheckpointStamp>[] _found = [.. Enumerable.Range(0, cells).Select(_ => new List<CheckpointStamp>())];
    readonly bool[] _hasNoMore = new bool[cells];
    readonly int[] _at = new int[cells];
    bool _isOver;

    /// <summary>The cell whose next older checkpoint has to be looked at; null when it is decided.</summary>
    public int? Next()
    {
        while (!_isOver)
        {
            for (var cell = 0; cell < cells; cell++)
                if (_at[cell] >= _found[cell].Count && !_hasNoMore[cell])
                    return cell;
            StepBack();
        }

        return null;
    }

    /// <summary>The cell has this one next; newest first.</summary>
    public void Found(int cell, CheckpointStamp stamp) => _found[cell].Add(stamp);

    /// <summary>The cell has no older one.</summary>
    public void NoMore(int cell) => _hasNoMore[cell] = true;

    /// <summary>Which of the checkpoints that were found of a cell it goes on from; null: it begins anew.</summary>
    public int? Choice(int cell) => _at[cell] < _found[cell].Count ? _at[cell] : null;

    /// <summary>The moment at which the batch goes on.</summary>
    public int Moment => cells == 0 ? 0 : Enumerable.Range(0, cells).Max(cell => PlaceOf(cell).Moment);

    /// <summary>The greater, the later.</summary>
    (int Claim, int Moment) PlaceOf(int cell) =>
        Choice(cell) is { } choice && _found[cell][choice] is var stamp && stamp.Shard == shard ? (-stamp.Age, stamp.Moment) : (int.MinValue, 0);

    void StepBack()
    {
        var target = Enumerable.Range(0, cells).Min(PlaceOf);
        var ahead = Enumerable.Range(0, cells).Where(cell => PlaceOf(cell).CompareTo(target) > 0).ToList();
        if (ahead.Count == 0)
        {
            _isOver = true;
        }
        else if (ahead.Exists(cell => _at[cell] > 0))
        {
            Array.Clear(_at);
            _isOver = true;
        }
        else
        {
            ahead.ForEach(cell => _at[cell]++);
        }
    }
}
