using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace StyleFarm.Messages.Recipes;

/// <summary>
/// Reads a value as it is typed on a command line, in YAML's flow form, of which JSON is a part: `0.05`, `none`, `relu4_2`,
/// `{relu1_1: 1, relu2_1: 0.5}`, `[{size: 64, steps: 80}]`, `"quoted"`.
/// </summary>
public static partial class FlowText
{
    /// <summary>Maps and lists inside one another, at most.</summary>
    public const int MaxDepth = 8;

    /// <summary>The value of a text.</summary>
    /// <exception cref="FormatException">It is not in that form; the message says what is missing where (characters from 1).</exception>
    public static JsonNode? Parse(string text)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0 || trimmed[0] is not ('{' or '[' or '"' or '\''))
            return Resolve(trimmed);
        var reader = new Reader(trimmed);
        var value = reader.Value(0);
        reader.End();
        return value;
    }

    /// <summary>
    /// What a bare word stands for: null for ``, `~` and `null`; true and false; a number in any form of YAML 1.1 or 1.2 in base ten
    /// (1e4, 1.0e+3, .5, +1); else the word itself.
    /// </summary>
    public static JsonNode? Resolve(string word) => word switch
    {
        "" or "~" or "null" or "Null" or "NULL" => null,
        "true" or "True" or "TRUE" => JsonValue.Create(true),
        "false" or "False" or "FALSE" => JsonValue.Create(false),
        _ when Number().IsMatch(word) => JsonValue.Create(double.Parse(word, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(word),
    };

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    sealed class Reader(string text)
    {
        int _at;

        public JsonNode? Value(int depth)
        {
            if (depth > MaxDepth)
                throw Fault($"more than {MaxDepth} maps and lists inside one another");
            Skip();
            return Peek() switch
            {
                '{' => Map(depth),
                '[' => List(depth),
                '"' or '\'' => JsonValue.Create(Quoted()),
                _ => Resolve(Bare()),
            };
        }

        public void End()
        {
            Skip();
            if (_at < text.Length)
                throw Fault($"unexpected '{text[_at]}'");
        }

        JsonObject Map(int depth)
        {
            var map = new JsonObject();
            _at++;
            while (!Ends('}'))
            {
                Skip();
                var key = Peek() is '"' or '\'' ? Quoted() : Bare();
                if (key.Length == 0)
                    throw Fault("a key is missing");
                Skip();
                if (Peek() != ':')
                    throw Fault($"':' is missing after '{key}'");
                _at++;
                if (!map.TryAdd(key, Value(depth + 1)))
                    throw Fault($"'{key}' stands there twice");
                Separate('}');
            }
            return map;
        }

        JsonArray List(int depth)
        {
            var list = new JsonArray();
            _at++;
            while (!Ends(']'))
            {
                list.Add(Value(depth + 1));
                Separate(']');
            }
            return list;
        }

        string Quoted()
        {
            var quote = text[_at++];
            var value = new StringBuilder();
            while (_at < text.Length)
            {
                var c = text[_at++];
                if (c == quote && quote == '\'' && Peek() == '\'')
                    _at++;
                else if (c == quote)
                    return value.ToString();
                else if (c == '\\' && quote == '"' && _at < text.Length)
                    c = text[_at++] switch { 'n' => '\n', 't' => '\t', var other => other };
                value.Append(c);
            }
            throw Fault($"the closing {quote} is missing");
        }

        string Bare()
        {
            var start = _at;
            while (_at < text.Length && text[_at] is not (',' or '}' or ']' or '{' or '[') && !IsKeyEnd())
                _at++;
            return text[start.._at].Trim();
        }

        bool IsKeyEnd() => text[_at] == ':' && (_at + 1 == text.Length || text[_at + 1] is ' ' or ',' or '}' or ']');

        bool Ends(char close)
        {
            Skip();
            if (_at == text.Length)
                throw Fault($"'{close}' is missing");
            if (text[_at] != close)
                return false;
            _at++;
            return true;
        }

        void Separate(char close)
        {
            Skip();
            if (Peek() == ',')
                _at++;
            else if (Peek() != close)
                throw Fault($"',' or '{close}' is missing");
        }

        void Skip()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
                _at++;
        }

        char Peek() => _at < text.Length ? text[_at] : '\0';

        FormatException Fault(string what) => new(string.Create(CultureInfo.InvariantCulture, $"{what} at character {_at + 1}"));
    }
}
