using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Archive;

/// <summary>
/// A path with wildcards: <c>*</c> and <c>?</c> within a name, <c>[abc]</c> and <c>[!a-z]</c> for one letter, <c>{jpg,png}</c> for one of
/// several texts, <c>**</c> as a whole name for any number of folders, also none. Matched folder by folder, so that nothing is looked
/// into that cannot hold a match. A name that begins with a dot is matched only by a pattern that does.
/// </summary>
sealed class GlobPattern
{
    const string AnyFolders = "**";

    /// <summary>Positions of a pattern that are open at a folder, as bits.</summary>
    public readonly record struct State(ulong Open)
    {
        /// <summary>Whether nothing below can match.</summary>
        public bool IsDead => Open == 0;
    }

    readonly ImmutableArray<Segment> _segments;

    GlobPattern(ImmutableArray<Segment> segments) => _segments = segments;

    /// <summary>All files of a folder; of the folders below too, when recursive.</summary>
    public static GlobPattern Everything(bool isRecursive) => isRecursive
        ? new([new Segment(AnyFolders, null), new Segment("*", null)])
        : new([new Segment("*", null)]);

    /// <summary>Whether a text has wildcards in it.</summary>
    public static bool IsPattern(string text) => text.AsSpan().IndexOfAny("*?[{") >= 0;

    /// <summary>Splits a path with wildcards into the folder before the first one and the pattern below it.</summary>
    /// <exception cref="StyleFarmException">BadUsage: a bracket is not closed, or the pattern is too long.</exception>
    public static (string Folder, GlobPattern Pattern) Parse(string text)
    {
        var parts = text.Split('/');
        var literal = parts.TakeWhile(part => !IsPattern(part)).Count();
        var folder = string.Join('/', parts[..literal]);
        if (literal > 0 && folder.Length == 0) folder = "/";

        var segments = parts[literal..].Where(part => part.Length > 0 && part != ".").ToList();
        if (segments is [.., AnyFolders]) segments.Add("*");
        if (segments.Count > 64) throw Unusable(text, "it has more than 64 parts");
        return (folder, new GlobPattern([.. segments.Select(segment => Segment.Parse(segment, text))]));
    }

    /// <summary>The state at the folder that the pattern begins in.</summary>
    public State Start => Opened(1);

    /// <summary>The state in a folder that lies in another.</summary>
    public State Enter(State state, string folder)
    {
        var next = 0UL;
        for (var i = 0; i < _segments.Length; i++)
        {
            if ((state.Open & (1UL << i)) == 0) continue;
            if (_segments[i].IsAnyFolders && !PictureNames.IsHidden(folder)) next |= 1UL << i;
            else if (!_segments[i].IsAnyFolders && i + 1 < _segments.Length && _segments[i].Matches(folder)) next |= 1UL << (i + 1);
        }

        return Opened(next);
    }

    /// <summary>Whether a file in a folder is matched.</summary>
    public bool Takes(State state, string file) =>
        (state.Open & (1UL << (_segments.Length - 1))) != 0 && _segments[^1].Matches(file);

    /// <summary>A <c>**</c> stands for no folder too: what follows it is open with it.</summary>
    State Opened(ulong open)
    {
        for (var i = 0; i + 1 < _segments.Length; i++)
            if ((open & (1UL << i)) != 0 && _segments[i].IsAnyFolders)
                open |= 1UL << (i + 1);
        return new State(open);
    }

    static StyleFarmException Unusable(string text, string what) =>
        StyleFarmException.BadUsage($"{text}: no usable pattern: {what}; put it in quotes and write it like 'photos/**/*.jpg'");

    readonly record struct Segment(string Text, Regex? Regex)
    {
        public bool IsAnyFolders => Text == AnyFolders;

        public bool Matches(string name) =>
            (!PictureNames.IsHidden(name) || Text.StartsWith('.')) && (Regex is null || Regex.IsMatch(name));

        public static Segment Parse(string text, string whole)
        {
            if (text is AnyFolders or "*") return new(text, null);
            var regex = new StringBuilder(@"\A");
            for (var i = 0; i < text.Length; i++)
                switch (text[i])
                {
                    case '*': regex.Append(".*"); break;
                    case '?': regex.Append('.'); break;
                    case '[': regex.Append(Letters(Inside(']', ref i))); break;
                    case '{': regex.Append($"(?:{string.Join('|', Inside('}', ref i).Split(',').Select(Regex.Escape))})"); break;
                    case var letter: regex.Append(Regex.Escape(letter.ToString())); break;
                }

            var options = RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant;
            try
            {
                return new(text, new Regex(regex.Append(@"\z").ToString(), options));
            }
            catch (ArgumentException)
            {
                throw Unusable(whole, $"'{text}' is not understood");
            }

            string Inside(char close, ref int at)
            {
                var end = text.IndexOf(close, Math.Min(at + 2, text.Length));
                if (end < 0) throw Unusable(whole, $"'{close}' is missing in '{text}'");
                var inside = text[(at + 1)..end];
                at = end;
                return inside;
            }

            static string Letters(string inside)
            {
                var isNot = inside[0] is '!' or '^';
                var letters = (isNot ? inside[1..] : inside).Replace("\\", @"\\").Replace("[", @"\[").Replace("]", @"\]")
                    .Replace("^", @"\^");
                return isNot ? $"[^{letters}]" : $"[{letters}]";
            }
        }
    }
}
