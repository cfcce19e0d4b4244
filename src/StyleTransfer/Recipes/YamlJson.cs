using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace StyleFarm.StyleTransfer.Recipes;

/// <summary>A YAML document as JSON.</summary>
/// <param name="Root">The document; null when it is empty.</param>
/// <param name="Lines">The line, from 1, of each dotted key (`optimizer.lr`, `scales.0.size`).</param>
public sealed record YamlDocument(JsonNode? Root, IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>The line of a dotted key or of the nearest part of it that has one; null when there is none.</summary>
    public int? LineOf(string key)
    {
        for (var part = key; part.Length > 0; part = part[..Math.Max(0, part.LastIndexOf('.'))])
            if (Lines.TryGetValue(part, out var line))
                return line;
        return null;
    }
}

/// <summary>
/// Reads YAML 1.2 into JSON nodes: bare words as <see cref="FlowText.Resolve"/> takes them, quoted ones as text. Meant for files of
/// strangers: bounded in depth and in size after aliases, one document, no tags but those of JSON's types (!!str and so on).
/// </summary>
public static class YamlJson
{
    /// <summary>Maps and lists inside one another, at most.</summary>
    public const int MaxDepth = 16;

    /// <summary>Values in a document, at most, an alias counting as what it stands for.</summary>
    public const int MaxNodes = 100_000;

    /// <summary>The document in a text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="source">What an error begins with: the file's name.</param>
    /// <exception cref="StyleFarmException">BadInput: no YAML, or YAML that is refused; names the line.</exception>
    public static YamlDocument Parse(string yaml, string source)
    {
        var builder = new Builder(new Parser(new StringReader(yaml)));
        try
        {
            return builder.Document();
        }
        catch (YamlException e)
        {
            var where = e.Start.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {e.Start.Line}: ") : "";
            var kind = e is RefusedException ? "" : "not YAML: ";
            throw StyleFarmException.BadInput($"{source}: {where}{kind}{RecipeValidator.OneLine(e.Message).TrimEnd('.')}", e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // YamlDotNet 16.3 lets these through on some broken plain scalars and escapes instead of a YamlException.
            throw StyleFarmException.BadInput(
                $"{source}: {builder.Where}not YAML: what comes after this line cannot be read; look for a [, {{ or quote that is not closed, or a missing ':'", e);
        }
    }

    sealed class RefusedException(ParsingEvent at, string message) : YamlException(at.Start, at.End, message);

    sealed class Builder(IParser parser)
    {
        const string TextTag = "tag:yaml.org,2002:str";

        static readonly FrozenSet<string> Tags =
        [
            TextTag, "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null",
            "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq",
        ];

        readonly Dictionary<string, int> _lines = [];
        readonly Dictionary<AnchorName, (JsonNode? Node, int Count)> _anchors = [];
        int _count;

        /// <summary>`line 3: `, after the last part that could be read; nothing at the start.</summary>
        public string Where => parser.Current is { } last ? string.Create(CultureInfo.InvariantCulture, $"line {last.End.Line}: ") : "";

        public YamlDocument Document()
        {
            parser.Consume<StreamStart>();
            JsonNode? root = null;
            if (parser.TryConsume<DocumentStart>(out _))
            {
                root = Node("", 0);
                parser.Consume<DocumentEnd>();
                if (parser.TryConsume<DocumentStart>(out var second))
                    throw new RefusedException(second, "a second document, expected one");
            }
            parser.Consume<StreamEnd>();
            return new(root, _lines);
        }

        JsonNode? Node(string key, int depth)
        {
            if (!parser.Accept<ParsingEvent>(out var here))
                throw new YamlException("the document ends too early");
            if (depth > MaxDepth)
                throw new RefusedException(here, $"more than {MaxDepth} maps and lists inside one another");
            var before = _count;
            Count(here, 1);
            if (parser.TryConsume<AnchorAlias>(out var alias))
                return Alias(alias);

            var node = parser.TryConsume<Scalar>(out var scalar) ? Value(scalar)
                : parser.TryConsume<MappingStart>(out var map) ? Map(map, key, depth)
                : List(parser.Consume<SequenceStart>(), key, depth);
            if (here is NodeEvent { Anchor.IsEmpty: false } anchored)
                _anchors[anchored.Anchor] = (node, _count - before);
            return node;
        }

        JsonNode? Alias(AnchorAlias alias)
        {
            if (!_anchors.TryGetValue(alias.Value, out var target))
                throw new RefusedException(alias, $"there is no anchor '&{alias.Value}' before this");
            Count(alias, target.Count);
            return target.Node?.DeepClone();
        }

        JsonObject Map(MappingStart start, string key, int depth)
        {
            CheckTag(start, start.Tag);
            var map = new JsonObject();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var name))
                    throw new RefusedException(parser.Current!, "a key that is no text");
                var child = key.Length == 0 ? name.Value : $"{key}.{name.Value}";
                _lines.TryAdd(child, (int)name.Start.Line);
                if (!map.TryAdd(name.Value, Node(child, depth + 1)))
                    throw new RefusedException(name, $"'{name.Value}' stands there twice");
            }
            return map;
        }

        JsonArray List(SequenceStart start, string key, int depth)
        {
            CheckTag(start, start.Tag);
            var list = new JsonArray();
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                var child = string.Create(CultureInfo.InvariantCulture, $"{key}.{list.Count}");
                if (parser.Accept<ParsingEvent>(out var here))
                    _lines.TryAdd(child, (int)here.Start.Line);
                list.Add(Node(child, depth + 1));
            }
            return list;
        }

        static JsonNode? Value(Scalar scalar)
        {
            CheckTag(scalar, scalar.Tag);
            var isText = scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value == TextTag);
            return isText ? JsonValue.Create(scalar.Value) : FlowText.Resolve(scalar.Value);
        }

        static void CheckTag(ParsingEvent at, TagName tag)
        {
            if (!tag.IsEmpty && !tag.IsNonSpecific && !Tags.Contains(tag.Value))
                throw new RefusedException(at, $"the tag '{tag.Value}' is not supported");
        }

        void Count(ParsingEvent at, int nodes)
        {
            _count += nodes;
            if (_count > MaxNodes)
                throw new RefusedException(at, $"more than {MaxNodes} values");
        }
    }
}
