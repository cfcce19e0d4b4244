namespace StyleFarm.Actors;

/// <summary>What an actor does with its next message, and what it did before that it can go back to.</summary>
internal sealed class BehaviorStack
{
    static readonly Receive None = _ => false;

    Stack<Receive>? _below;

    public Receive Top { get; private set; } = None;

    public void Reset(Receive receive)
    {
        Top = receive;
        _below?.Clear();
    }

    public void Replace(Receive receive) => Top = receive;

    public void Push(Receive receive)
    {
        (_below ??= new Stack<Receive>()).Push(Top);
        Top = receive;
    }

    public void Pop()
    {
        if (_below is { Count: > 0 }) Top = _below.Pop();
    }
}
