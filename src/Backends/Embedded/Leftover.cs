using System.Diagnostics;
using System.Globalization;

namespace StyleFarm.Backends.Embedded;

/// <summary>Files that are still being written: <c>.NAME.PROCESS-NUMBER.tmp</c>, as the command line writes them too.</summary>
static class Leftover
{
    const string Pattern = ".*.tmp";

    // Keeps a long name within what a file system allows.
    const int MaxName = 60;

    static int _counter;

    /// <summary>A name that nobody else writes to, in the folder where the file is to stand.</summary>
    public static string NameFor(string path)
    {
        var name = Path.GetFileName(path);
        var start = name[..Math.Min(name.Length, MaxName)];
        return Path.Combine(Path.GetDirectoryName(path)!, $".{start}.{Environment.ProcessId}-{Interlocked.Increment(ref _counter)}.tmp");
    }

    /// <summary>Removes one after a failure, if it can be done: the first failure is the one to report.</summary>
    public static void Forget(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A sweep will find it.
        }
    }

    /// <summary>Removes what was begun before this process started, unless the process that began it still runs here.</summary>
    public static int Sweep(string root, CancellationToken cancellationToken)
    {
        using var self = Process.GetCurrentProcess();
        var start = self.StartTime.ToUniversalTime();
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            AttributesToSkip = FileAttributes.ReparsePoint,
            MatchType = MatchType.Simple,
            IgnoreInaccessible = true,
        };
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(root, Pattern, options))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(path) >= start || IsBeingWritten(path)) continue;
            File.Delete(path);
            count++;
        }

        return count;
    }

    static bool IsBeingWritten(string path)
    {
        var mark = Path.GetFileNameWithoutExtension(path);
        var digits = mark[(mark.LastIndexOf('.') + 1)..].Split('-')[0];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId) return false;
        try
        {
            using var writer = Process.GetProcessById(id);
            return writer.StartTime.ToUniversalTime() <= File.GetLastWriteTimeUtc(path);
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
