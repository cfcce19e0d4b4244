namespace StyleFarm.Actors;

/// <summary>The handlers of one behaviour, tried in the order they were registered.</summary>
internal sealed class HandlerTable
{
    Handler[] _handlers = [];
    bool _takesAll;

    public bool Handle(object message)
    {
        foreach (var handler in _handlers)
            if (handler.TryHandle(message)) return true;
        return false;
    }

    public void Add<T>(Action<T> handler, Predicate<T>? shouldHandle) =>
        Add(new ActionHandler<T>(handler, shouldHandle), typeof(T) == typeof(object) && shouldHandle is null);

    public void Add<T>(Func<T, bool> handler) => Add(new FunctionHandler<T>(handler), takesAll: false);

    public void Add(Type type, Func<object, bool> handler) => Add(new TypeHandler(type, handler), takesAll: false);

    void Add(Handler handler, bool takesAll)
    {
        if (_takesAll)
            throw new InvalidOperationException("A handler that catches all messages has been added. No handler can be added after that.");
        _handlers = [.. _handlers, handler];
        _takesAll = takesAll;
    }

    abstract class Handler
    {
        public abstract bool TryHandle(object message);
    }

    sealed class ActionHandler<T>(Action<T> handler, Predicate<T>? shouldHandle) : Handler
    {
        public override bool TryHandle(object message)
        {
            if (message is not T typed || (shouldHandle is not null && !shouldHandle(typed))) return false;
            handler(typed);
            return true;
        }
    }

    sealed class FunctionHandler<T>(Func<T, bool> handler) : Handler
    {
        public override bool TryHandle(object message) => message is T typed && handler(typed);
    }

    sealed class TypeHandler(Type type, Func<object, bool> handler) : Handler
    {
        public override bool TryHandle(object message) => type.IsInstanceOfType(message) && handler(message);
    }
}
