using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace StyleFarm.Cli;

/// <summary>A command whose help ends with more than the list of its options.</summary>
/// <param name="name">The word for it.</param>
/// <param name="description">One line, for the list of commands.</param>
/// <param name="lesson">What follows the options: examples first of all.</param>
sealed class TaughtCommand(string name, string description, string lesson) : Command(name, description)
{
    /// <summary>The end of its help.</summary>
    public string Lesson { get; } = lesson;
}

/// <summary>The usual help, then the lesson of the command.</summary>
sealed class TeachingHelp(HelpAction usual, string rootLesson) : SynchronousCommandLineAction
{
    /// <summary>Puts the lessons into a root's help.</summary>
    public static void Install(RootCommand root, string rootLesson)
    {
        var help = root.Options.OfType<HelpOption>().First();
        help.Action = new TeachingHelp((HelpAction)help.Action!, rootLesson);
    }

    /// <summary>Who asks for help need not have the command right.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        var lesson = parseResult.CommandResult.Command switch
        {
            TaughtCommand taught => taught.Lesson,
            RootCommand => rootLesson,
            _ => null,
        };
        if (lesson is not null) parseResult.InvocationConfiguration.Output.WriteLine(lesson);
        return code;
    }
}
