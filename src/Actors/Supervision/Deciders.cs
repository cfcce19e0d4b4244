namespace StyleFarm.Actors;

/// <summary>What an exception leads to.</summary>
public interface IDecider
{
    Directive Decide(Exception cause);
}

/// <summary>Deciders from pairs or from a function.</summary>
public static class Decider
{
    public static DeployableDecider From(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) =>
        new(defaultDirective, pairs);

    public static DeployableDecider From(Directive defaultDirective, IEnumerable<KeyValuePair<Type, Directive>> pairs) =>
        new(defaultDirective, [.. pairs]);

    public static LocalOnlyDecider From(Func<Exception, Directive> localOnlyDecider) => new(localOnlyDecider);
}

/// <summary>A function as a decider.</summary>
public class LocalOnlyDecider(Func<Exception, Directive> decider) : IDecider
{
    public Directive Decide(Exception cause) => decider(cause);
}

/// <summary>The directive of the first pair that the exception is of, or the default.</summary>
public class DeployableDecider(Directive defaultDirective, params KeyValuePair<Type, Directive>[] pairs) : IDecider
{
    public Directive DefaultDirective => defaultDirective;

    public Directive Decide(Exception cause)
    {
        foreach (var (type, directive) in pairs)
            if (type.IsInstanceOfType(cause)) return directive;
        return defaultDirective;
    }
}
