using System.Buffers;

namespace StyleFarm.Actors;

/// <summary>
/// A place in the tree of actors, `akka://system/user/parent/child`; equality looks at the place only, not at the incarnation that
/// <see cref="Uid"/> tells apart.
/// </summary>
public sealed class ActorPath : IEquatable<ActorPath>, IComparable<ActorPath>
{
    internal const long UndefinedUid = 0;

    static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.*$+:@&=,!~';()%");

    readonly string _system;

    ActorPath(string system, ActorPath? parent, string name, long uid)
    {
        _system = system;
        ParentOrNull = parent;
        Name = name;
        Uid = uid;
    }

    /// <summary>The last element, unique among its siblings.</summary>
    public string Name { get; }

    /// <summary>The path above; of the root, the root.</summary>
    public ActorPath Parent => ParentOrNull ?? this;

    /// <summary>Number of the incarnation; 0 where nobody lives.</summary>
    public long Uid { get; }

    /// <summary>The names from below the root on.</summary>
    public IReadOnlyList<string> Elements => ParentOrNull is null ? [] : [.. ParentOrNull.Elements, Name];

    ActorPath? ParentOrNull { get; }

    public static ActorPath operator /(ActorPath path, string name) => new(path._system, path, name, UndefinedUid);

    /// <summary>The operator `/` by name.</summary>
    public ActorPath Child(string childName) => this / childName;

    /// <summary>Whether <paramref name="name"/> may name an actor: URI characters, not empty, not starting with `$`.</summary>
    public static bool IsValidPathElement(string name) =>
        !string.IsNullOrEmpty(name) && name[0] != '$' && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    public bool Equals(ActorPath? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Name != other.Name) return false;
        return ParentOrNull is null ? other.ParentOrNull is null && _system == other._system : ParentOrNull.Equals(other.ParentOrNull);
    }

    public override bool Equals(object? obj) => Equals(obj as ActorPath);

    public override int GetHashCode() => HashCode.Combine(Name, ParentOrNull?.Name);

    public int CompareTo(ActorPath? other) => string.CompareOrdinal(ToString(), other?.ToString());

    /// <summary>`/user/parent/child`.</summary>
    public string ToStringWithoutAddress() => "/" + string.Join('/', Elements);

    /// <summary>With the incarnation: `akka://system/user/child#7`.</summary>
    public string ToStringWithUid() => Uid == UndefinedUid ? ToString() : $"{this}#{Uid}";

    public override string ToString() => $"akka://{_system}{ToStringWithoutAddress()}";

    internal static ActorPath Root(string system) => new(system, null, "/", UndefinedUid);

    internal ActorPath WithUid(long uid) => new(_system, ParentOrNull, Name, uid);

    public static bool operator ==(ActorPath? left, ActorPath? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(ActorPath? left, ActorPath? right) => !(left == right);

    public static bool operator <(ActorPath left, ActorPath right) => left.CompareTo(right) < 0;

    public static bool operator >(ActorPath left, ActorPath right) => left.CompareTo(right) > 0;

    public static bool operator <=(ActorPath left, ActorPath right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ActorPath left, ActorPath right) => left.CompareTo(right) >= 0;
}
