using System.CommandLine;
using System.Runtime.InteropServices;
using StyleFarm.Messages;
using StyleFarm.Messages.Recipes;
using StyleFarm.Torch;

namespace StyleFarm.Cli;

/// <summary>The edge of the program: arguments in, exit code out, every failure one line.</summary>
static class CommandLine
{
    public const int Done = 0;
    public const int SomeFailed = 1;
    public const int BadUsage = 2;

    /// <summary>Interrupted, with all state kept.</summary>
    public const int Interrupted = 130;

    /// <summary><c>@FILE</c> is for commands to read: a list of photos, not of arguments.</summary>
    public static readonly ParserConfiguration Parsing = new() { ResponseFileTokenReplacer = null };

    static readonly bool IsDebugging = Environment.GetEnvironmentVariable("STYLEFARM_DEBUG") is not null;

    /// <summary>Parses and runs. The first Ctrl-C (or SIGTERM) asks the command to stop with its state kept; the second kills.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args, Parsing);
        if (parsed.Errors.Count > 0) return Fail(UsageFault.Of(parsed));

        using var interrupt = new CancellationTokenSource();
        using var sigint = Ask(PosixSignal.SIGINT, interrupt);
        using var sigterm = Ask(PosixSignal.SIGTERM, interrupt);
        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, interrupt.Token);
        }
        catch (StyleFarmException e)
        {
            return Fail(e.Message, e.Code == ErrorCode.RenderFailed ? SomeFailed : BadUsage);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (TorchException e) when (e.IsOutOfMemory)
        {
            return Fail($"{e.Message}; give a smaller --size");
        }
        catch (DllNotFoundException e)
        {
            return Fail($"a native library is missing ({e.Message.Split('\n')[0]}); run ./stylefarm doctor");
        }
        catch (Exception e) when (!IsDebugging && e is IOException or UnauthorizedAccessException)
        {
            return Fail($"{e.Message.TrimEnd('.')}; check the free space and the permissions there");
        }
        catch (Exception e) when (!IsDebugging)
        {
            return Fail($"{e.GetType().Name}: {e.Message.Split('\n')[0]}; this is a fault in StyleFarm: run again with STYLEFARM_DEBUG=1 "
                + "and report what it prints", SomeFailed);
        }
    }

    static int Fail(string message, int code = BadUsage)
    {
        Console.Error.WriteLine($"stylefarm: {RecipeValidator.OneLine(message)}");
        return code;
    }

    static PosixSignalRegistration Ask(PosixSignal signal, CancellationTokenSource interrupt) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !interrupt.IsCancellationRequested;
            interrupt.Cancel();
        });
}
