using System.CommandLine;
using System.CommandLine.Parsing;
using StyleFarm.Messages.Recipes;

namespace StyleFarm.Cli;

/// <summary>What is wrong with a command line, in one line that ends in where to read on.</summary>
static class UsageFault
{
    /// <summary>The line for a command line that did not parse.</summary>
    public static string Of(ParseResult parsed)
    {
        var path = PathOf(parsed.CommandResult);
        var isGroup = parsed.CommandResult.Command.Subcommands.Count > 0;
        return parsed.UnmatchedTokens switch
        {
            [var stray, ..] => $"{NotKnown(stray, parsed.CommandResult.Command)}; see {path} --help",
            [] when isGroup => $"no command given; see {path} --help{(path == "stylefarm" ? ", or start with stylefarm demo" : "")}",
            [] => $"{string.Join(' ', parsed.Errors.Select(error => error.Message.TrimEnd('.')).Distinct())}; see {path} --help",
        };
    }

    /// <summary>
    /// Makes an argument refuse what looks like an option: the parser would take a mistyped one for one more file. A file whose name
    /// begins with a dash can be given as ./-name.
    /// </summary>
    public static T WithoutStrayOptions<T>(this T argument) where T : Argument
    {
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (token.Value is ['-', _, ..])
                    result.AddError(NotKnown(token.Value, ((CommandResult)result.Parent!).Command));
        });
        return argument;
    }

    static string NotKnown(string word, Command command)
    {
        if (word.StartsWith('-'))
            return $"{word}: no such option" + NearestMatch.Hint(NearestMatch.Find(word, command.Options.Select(option => option.Name)));
        if (command.Subcommands.Count == 0) return $"{word}: one argument too many";
        return $"{word}: no such command" + NearestMatch.Hint(NearestMatch.Find(word, command.Subcommands.Select(sub => sub.Name)));
    }

    static string PathOf(CommandResult command)
    {
        var names = new List<string>();
        for (SymbolResult? at = command; at is CommandResult { Command: not RootCommand } sub; at = at.Parent)
            names.Insert(0, sub.Command.Name);
        return string.Join(' ', names.Prepend("stylefarm"));
    }
}
