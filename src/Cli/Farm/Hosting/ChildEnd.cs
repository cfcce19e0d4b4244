namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>How a node process ended.</summary>
/// <param name="Code">Its exit code; 128 and the signal's number when a signal ended it.</param>
/// <param name="LastWords">The last line it printed; null: none.</param>
readonly record struct ChildEnd(int Code, string? LastWords)
{
    const int Signals = 128;

    /// <summary>Whether it refused to work, as it would again.</summary>
    public bool IsRefusal => Code == CommandLine.BadUsage && LastWords is not null;

    /// <summary>Such as <c>signal 11, SIGSEGV</c>.</summary>
    public string Cause => Code <= Signals ? $"exit code {Code}" : (Code - Signals) switch
    {
        4 => "signal 4, SIGILL",
        6 => "signal 6, SIGABRT",
        7 => "signal 7, SIGBUS",
        8 => "signal 8, SIGFPE",
        9 => "signal 9, SIGKILL, which is also how the system ends a process when memory runs out",
        11 => "signal 11, SIGSEGV",
        15 => "signal 15, SIGTERM",
        var signal => $"signal {signal}",
    };
}
