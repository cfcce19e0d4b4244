using System.Diagnostics;
using System.Text.Json.Nodes;

namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>What a command did.</summary>
/// <param name="Code">The exit code; 128 + the signal's number after a kill.</param>
/// <param name="Output">The lines of standard output.</param>
/// <param name="Errors">The lines of standard error.</param>
sealed record CliResult(int Code, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    /// <summary>All of standard output.</summary>
    public string Text => string.Join('\n', Output);

    /// <summary>The lines of `--json`.</summary>
    public IEnumerable<JsonObject> Events => Output.Select(line => JsonNode.Parse(line)!.AsObject());

    /// <summary>The events of one kind.</summary>
    public IEnumerable<JsonObject> EventsOf(string kind) => Events.Where(line => (string?)line["event"] == kind);

    /// <summary>Asserts success, and shows what went wrong otherwise.</summary>
    public CliResult Succeeds()
    {
        Assert.True(Code == 0, $"exit code {Code}\n{Text}\n{string.Join('\n', Errors)}");
        return this;
    }

    /// <summary>Asserts a refusal: exit code 2 and one line on standard error that holds each of these texts.</summary>
    public string IsRefused(params string[] texts)
    {
        Assert.True(Code == 2, $"exit code {Code}\n{Text}\n{string.Join('\n', Errors)}");
        var line = Assert.Single(Errors);
        Assert.StartsWith("stylefarm: ", line);
        Assert.DoesNotContain("Exception", line);
        Assert.DoesNotContain("a fault in StyleFarm", line);
        foreach (var text in texts) Assert.Contains(text, line);
        return line;
    }
}

/// <summary>A command that runs.</summary>
sealed class CliRun : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    readonly Process _process;
    readonly string _command;
    readonly List<string> _output = [];
    readonly Task<string> _errors;
    bool _isDisposed;

    public CliRun(string program, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        _command = $"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList)}";
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _errors = _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The system's number for it.</summary>
    public int Id => _process.Id;

    /// <summary>Reads on until a line of standard output satisfies the condition; null when the command ended before.</summary>
    public async Task<string?> ReadUntilAsync(Func<string, bool> condition)
    {
        using var limit = Limited();
        while (await _process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            _output.Add(line);
            if (condition(line)) return line;
        }

        return null;
    }

    /// <summary>Sends a signal by its name, such as <c>INT</c> or <c>KILL</c>.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString()]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<CliResult> EndAsync()
    {
        using var limit = Limited();
        try
        {
            await ReadUntilAsync(_ => false);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"no end after {Limit.TotalSeconds} s: {_command}\n{string.Join('\n', _output.TakeLast(5))}");
        }

        var errors = (await _errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new CliResult(_process.ExitCode, _output, errors);
    }

    public void Dispose()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    static CancellationTokenSource Limited()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        source.CancelAfter(Limit);
        return source;
    }
}
