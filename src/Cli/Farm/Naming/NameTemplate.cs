using System.Collections.Immutable;
using System.Text;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli.Farm.Naming;

/// <summary>
/// How the pictures of a batch are called: text with <c>{tokens}</c>, and '/' between folders. Without a slash a picture stays in the
/// sub-folder that it came from; with one, the template says it all.
/// </summary>
sealed class NameTemplate
{
    /// <summary>One style: the photo's own name.</summary>
    public const string OfOneStyle = "{folder}/{name}{ext}";

    /// <summary>Several styles: the photo's name and the style's.</summary>
    public const string OfManyStyles = "{folder}/{name}_{style}{ext}";

    static readonly ImmutableArray<string> Tokens =
        ["name", "ext", "style", "folder", "index", "recipe", "width", "height", "cell"];

    static readonly ImmutableArray<string> PerPhoto = ["name", "index", "cell"];

    readonly ImmutableArray<Piece> _pieces;

    NameTemplate(string text, ImmutableArray<Piece> pieces) => (Text, _pieces) = (text, pieces);

    /// <summary>As given.</summary>
    public string Text { get; }

    /// <summary>The extension that is written out at its end, such as <c>.jpg</c>; null when <c>{ext}</c> stands there.</summary>
    public string? Extension => _pieces[^1] is { IsToken: false } last ? Path.GetExtension(last.Text) : null;

    /// <summary>
    /// Whether photos of different folders always get different names: then names need only be told apart within a folder.
    /// </summary>
    public bool KeepsFolders => !IsPath || Text.StartsWith("{folder}/", StringComparison.Ordinal);

    bool IsPath => Text.Contains('/', StringComparison.Ordinal);

    /// <summary>Reads a template.</summary>
    /// <param name="text">Of `--name`.</param>
    /// <param name="styles">How many pictures each photo gives; several need the style in their names.</param>
    /// <exception cref="StyleFarmException">BadUsage: an unknown token, or names that would be the same for all.</exception>
    public static NameTemplate Parse(string text, int styles)
    {
        var pieces = ImmutableArray.CreateBuilder<Piece>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at) is >= 0 and var found ? found : text.Length;
            if (text.AsSpan(at, open - at).Contains('}')) throw Fault(text, "a '}' without its '{'");
            if (open > at) pieces.Add(new(text[at..open], IsToken: false));
            if (open == text.Length) break;
            var close = text.IndexOf('}', open);
            if (close < 0) throw Fault(text, "a '{' without its '}'");
            pieces.Add(new(Known(text, text[(open + 1)..close]), IsToken: true));
            at = close + 1;
        }

        var template = new NameTemplate(text, pieces.ToImmutable());
        template.Check(styles);
        return template;
    }

    /// <summary>A path relative to the folder of results, with '/' between the parts.</summary>
    public string Expand(NameValues values)
    {
        var name = new StringBuilder(IsPath ? "" : values.Folder + "/");
        foreach (var piece in _pieces) name.Append(piece.IsToken ? values.Of(piece.Text) : piece.Text);
        return string.Join('/', name.ToString().Split('/').Where(part => part is not ("" or ".")));
    }

    void Check(int styles)
    {
        if (_pieces.IsEmpty) throw Fault(Text, "it is empty");
        if (Path.IsPathRooted(Text) || Text.Split('/').Contains(".."))
            throw Fault(Text, "it leads out of the folder of --out; give that folder with --out");
        if (_pieces is not [.., { IsToken: true, Text: "ext" }] && Extension is not { Length: > 1 })
            throw Fault(Text, "it does not end in {ext} or an extension such as .jpg");
        if (!_pieces.Any(piece => piece.IsToken && PerPhoto.Contains(piece.Text)))
            throw Fault(Text, $"all photos would get the same name; put one of {Braced(PerPhoto)} in it");
        if (styles > 1 && !_pieces.Any(piece => piece.IsToken && piece.Text is "style" or "cell" or "index"))
            throw Fault(Text, $"the {styles} styles of a photo would get the same name; put {{style}} in it");
    }

    static string Known(string text, string token)
    {
        if (Tokens.Contains(token)) return token;
        throw Fault(text, $"there is no {{{token}}}{NearestMatch.Hint(NearestMatch.Find(token, Tokens))}; there are {Braced(Tokens)}");
    }

    static string Braced(IEnumerable<string> tokens) => string.Join(", ", tokens.Select(token => $"{{{token}}}"));

    static StyleFarmException Fault(string text, string what) => StyleFarmException.BadUsage($"--name '{text}': {what}");

    readonly record struct Piece(string Text, bool IsToken);
}
