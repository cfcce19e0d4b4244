namespace StyleFarm.Messages.Jobs;

/// <summary>Names a node: 1 to 64 of letters, digits, '-', '_' and '.', not beginning with '.'.</summary>
public readonly record struct NodeId
{
    const int MaxLength = 64;

    readonly string _text;

    /// <summary>Takes an id as text.</summary>
    /// <exception cref="ArgumentException">It has another form.</exception>
    public NodeId(string text)
    {
        if (text is not { Length: > 0 and <= MaxLength } || text[0] == '.'
            || !text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            throw new ArgumentException($"'{text}' is no node id: 1 to {MaxLength} letters, digits, '-', '_' or '.', no '.' first", nameof(text));
        _text = text;
    }

    /// <summary>The text.</summary>
    public override string ToString() => _text ?? "";
}

/// <summary>Numbers a shard, from 1, in the order in which shards were formed.</summary>
public readonly record struct ShardId(long Number)
{
    /// <summary>The number.</summary>
    public override string ToString() => Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A node's claim on a shard. A later claim on the same shard has a higher epoch, which fences this one off.</summary>
/// <param name="Shard">What is claimed.</param>
/// <param name="Node">Who claims it.</param>
/// <param name="Epoch">Counts the claims on this shard, from 1.</param>
public sealed record Lease(ShardId Shard, NodeId Node, long Epoch);
