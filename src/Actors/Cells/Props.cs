using System.Collections.Concurrent;
using System.Globalization;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;

namespace StyleFarm.Actors;

/// <summary>
/// The recipe of an actor: its type, the arguments of its constructor, and how it is kept. Immutable; `With…` makes another.
/// </summary>
public sealed class Props
{
    // Shared, as the runtime makes code for each that is used more than once.
    static readonly ConcurrentDictionary<ConstructorInfo, ConstructorInvoker> Invokers = new();

    readonly object?[] _arguments;
    readonly ConstructorInvoker _constructor;

    Props(Type type, ConstructorInfo constructor, object?[] arguments)
    {
        (Type, _arguments, _constructor) = (type, arguments, Invokers.GetOrAdd(constructor, ConstructorInvoker.Create));
    }

    Props(Props other)
    {
        (Type, _arguments, _constructor) = (other.Type, other._arguments, other._constructor);
        (SupervisorStrategy, MailboxCapacity) = (other.SupervisorStrategy, other.MailboxCapacity);
    }

    /// <summary>The actor's class.</summary>
    public Type Type { get; }

    /// <summary>What its constructor gets, the same objects for each incarnation.</summary>
    public IReadOnlyList<object?> Arguments => _arguments;

    /// <summary>How it looks after its children, if not as its class says.</summary>
    public SupervisorStrategy? SupervisorStrategy { get; private init; }

    internal int? MailboxCapacity { get; private init; }

    /// <summary>From <c>() => new X(a, b)</c>. The arguments are computed now, once; each incarnation gets the same objects.</summary>
    /// <exception cref="ArgumentException">The expression is anything but one call of a constructor.</exception>
    public static Props Create<TActor>(Expression<Func<TActor>> factory, SupervisorStrategy? supervisorStrategy = null)
        where TActor : ActorBase
    {
        if (factory.Body is not NewExpression { Constructor: { } constructor } made)
            throw new ArgumentException("The create function must be a 'new T (args)' expression", nameof(factory));
        return new Props(made.Type, constructor, [.. made.Arguments.Select(ArgumentValue.Of)]) { SupervisorStrategy = supervisorStrategy };
    }

    /// <exception cref="MissingMethodException">No constructor, or more than one, takes these arguments.</exception>
    public static Props Create<TActor>(params object?[] args) where TActor : ActorBase => Create(typeof(TActor), args);

    public static Props Create<TActor>(SupervisorStrategy supervisorStrategy) where TActor : ActorBase, new() =>
        Create<TActor>().WithSupervisorStrategy(supervisorStrategy);

    /// <exception cref="MissingMethodException">No constructor, or more than one, takes these arguments.</exception>
    public static Props Create(Type type, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(type);
        if (!typeof(ActorBase).IsAssignableFrom(type)) throw new ArgumentException($"{type} is no actor", nameof(type));
        return new Props(type, ConstructorFor(type, args), args);
    }

    public Props WithSupervisorStrategy(SupervisorStrategy supervisorStrategy) => new(this) { SupervisorStrategy = supervisorStrategy };

    /// <summary>
    /// With a mailbox of a name that says its limit: <c>bounded-1024</c> holds at most 1024 messages of users. The limit is a power of two
    /// up to 2^20, as on Akka.NET each name must be configured.
    /// </summary>
    /// <exception cref="ConfigurationException">Not such a name.</exception>
    public Props WithMailbox(string mailbox)
    {
        if (!mailbox.StartsWith("bounded-", StringComparison.Ordinal)
            || !int.TryParse(mailbox.AsSpan("bounded-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var capacity)
            || !BitOperations.IsPow2(capacity) || capacity > 1 << 20)
            throw new ConfigurationException($"Mailbox [{mailbox}] is not known; there is bounded-<power of two>, such as bounded-1024");
        return new Props(this) { MailboxCapacity = capacity };
    }

    internal ActorBase NewActor() => (ActorBase)_constructor.Invoke(_arguments.AsSpan());

    static ConstructorInfo ConstructorFor(Type type, object?[] args)
    {
        var fitting = type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(constructor => Fits(constructor.GetParameters(), args)).ToArray();
        if (fitting is [var only]) return only;
        var given = string.Join(", ", args.Select(argument => argument?.GetType().Name ?? "null"));
        throw new MissingMethodException($"{type} has {(fitting.Length == 0 ? "no constructor" : "several constructors")} for ({given})");
    }

    static bool Fits(ParameterInfo[] parameters, object?[] args) => parameters.Length == args.Length
        && parameters.Zip(args, (parameter, argument) => argument is null
            ? !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            : parameter.ParameterType.IsInstanceOfType(argument)).All(fits => fits);
}
