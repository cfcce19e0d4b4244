using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace StyleFarm.Cli.Commands;

/// <summary>Options that take a whole number within limits, and say so when they get something else.</summary>
static class NumberOption
{
    /// <summary>An option that may be left out.</summary>
    public static Option<T?> Optional<T>(string name, string description, T min, T max, string helpName = "N")
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result => Read(name, result.Tokens[0].Value, min, max, result.AddError),
        };

    /// <summary>An option with a default.</summary>
    public static Option<T> WithDefault<T>(string name, string description, T min, T max, T standard, string helpName = "N")
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            DefaultValueFactory = _ => standard,
            CustomParser = result => Read(name, result.Tokens[0].Value, min, max, result.AddError),
        };

    static T Read<T>(string name, string text, T min, T max, Action<string> fail) where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max)
            return number;
        fail($"{name} {text}: give a whole number {(max == T.MaxValue ? $"of at least {min}" : $"from {min} to {max}")}");
        return min;
    }
}
