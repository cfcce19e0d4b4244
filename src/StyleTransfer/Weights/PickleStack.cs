namespace StyleFarm.StyleTransfer.Weights;

/// <summary>The stack, the marks and the memo of the pickle machine, each with its limit.</summary>
sealed class PickleStack(PickleReader reader)
{
    readonly List<object?> _items = [];
    readonly Stack<int> _marks = new();
    readonly Dictionary<uint, object?> _memo = [];

    /// <summary>The offset of the opcode at work, for errors.</summary>
    public long OpcodeOffset { get; set; }

    public int Count => _items.Count;

    public void Push(object? value)
    {
        if (_items.Count == PickleLimits.StackDepth) throw reader.Refuse($"a stack deeper than {PickleLimits.StackDepth}", OpcodeOffset);
        _items.Add(value);
    }

    public object? Pop()
    {
        var value = Peek();
        _items.RemoveAt(_items.Count - 1);
        return value;
    }

    public object? Peek()
    {
        if (_items.Count <= (_marks.Count > 0 ? _marks.Peek() : 0)) throw reader.Refuse("an operation without its operand", OpcodeOffset);
        return _items[^1];
    }

    /// <summary>Takes the top as a <typeparamref name="T"/>.</summary>
    public T Pop<T>(string what) where T : class =>
        Pop() as T ?? throw reader.Refuse($"something else where {what} is needed", OpcodeOffset);

    /// <summary>Looks at the top as a <typeparamref name="T"/>.</summary>
    public T Peek<T>(string what) where T : class =>
        Peek() as T ?? throw reader.Refuse($"something else where {what} is needed", OpcodeOffset);

    public void Mark()
    {
        if (_marks.Count == PickleLimits.Marks) throw reader.Refuse($"nesting deeper than {PickleLimits.Marks}", OpcodeOffset);
        _marks.Push(_items.Count);
    }

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (!_marks.TryPop(out var from)) throw reader.Refuse("an operation without its mark", OpcodeOffset);
        var items = _items[from..].ToArray();
        _items.RemoveRange(from, items.Length);
        return items;
    }

    /// <summary>Takes the topmost <paramref name="count"/> values, in the order in which they were pushed.</summary>
    public object?[] Pop(int count)
    {
        var items = new object?[count];
        for (var i = count - 1; i >= 0; i--) items[i] = Pop();
        return items;
    }

    /// <summary>Remembers the top under the next free number.</summary>
    public void Memoize() => Memoize((uint)_memo.Count);

    /// <summary>Remembers the top under a number of the pickle's choice.</summary>
    public void Memoize(uint index)
    {
        if (index >= PickleLimits.MemoEntries)
            throw reader.Refuse($"memo number {index} (there are {PickleLimits.MemoEntries})", OpcodeOffset);
        _memo[index] = Peek();
    }

    public object? Recall(uint index) =>
        _memo.TryGetValue(index, out var value) ? value : throw reader.Refuse($"memo number {index}, which was never stored", OpcodeOffset);
}
