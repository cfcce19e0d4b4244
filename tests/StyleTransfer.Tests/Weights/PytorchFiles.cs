using System.Diagnostics;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Weights;

/// <summary>Files that the real PyTorch wrote, made once for the tests that ask for them.</summary>
public sealed class PytorchFiles : IDisposable
{
    const string Python = "/usr/bin/python3";

    readonly TempFolder _folder = new();
    readonly string? _missing;

    public PytorchFiles()
    {
        if (!File.Exists(Python) || Run("-c", "import torch").Code != 0)
        {
            _missing = $"{Python} has no torch (Debian: python3-torch)";
            return;
        }
        var (code, output) = Run(Checkout.PathOf("tests", "StyleTransfer.Tests", "Weights", "make_pth.py"), _folder.Path);
        if (code != 0) throw new InvalidOperationException($"make_pth.py ended with {code}: {output}");
    }

    /// <summary>The path of a file; without PyTorch the test is skipped, or fails where CI is set.</summary>
    public string this[string name]
    {
        get
        {
            if (_missing is not null && Environment.GetEnvironmentVariable("CI") is { Length: > 0 }) Assert.Fail(_missing);
            Assert.SkipWhen(_missing is not null, _missing ?? "");
            return _folder[name];
        }
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs Python and waits for it.</summary>
    public static (int Code, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
