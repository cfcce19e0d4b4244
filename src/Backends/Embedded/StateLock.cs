using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// Keeps a state folder to one process at a time. The system lets go of it when the process ends in whatever way: what a dead one left
/// in the file is no obstacle.
/// </summary>
public sealed partial class StateLock : IDisposable
{
    const string FileName = ".lock";
    const int MaxBytes = 4096;
    const int MaxCommand = 200;
    const string Unknown = "another process";

    readonly FileStream _file;

    StateLock(FileStream file) => _file = file;

    /// <summary>Takes a folder, making it if need be.</summary>
    /// <exception cref="StyleFarmException">BadInput: another process has it, and is named; or it cannot be written.</exception>
    public static StateLock Acquire(string folder)
    {
        var path = Path.Combine(Path.GetFullPath(folder), FileName);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            try
            {
                Sign(file);
                return new StateLock(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (IOException error) when (IsHeld(path, error))
        {
            throw StyleFarmException.BadInput(
                $"{folder}: {Holder(path)} is working with this state folder; wait for it, stop it, or give another --state", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput(
                $"{folder}: the state folder cannot be written ({error.Message.Split('\n')[0].TrimEnd('.')}); give another --state", error);
        }
    }

    /// <summary>Gives the folder back. The file stays: to remove it could take it from one who just got it.</summary>
    public void Dispose() => _file.Dispose();

    static void Sign(FileStream file)
    {
        using var self = Process.GetCurrentProcess();
        var holder = new JsonObject
        {
            ["pid"] = Environment.ProcessId,
            ["host"] = Environment.MachineName,
            ["since"] = self.StartTime.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + " UTC",
            ["command"] = Command(),
        };
        file.SetLength(0);
        file.Write(Encoding.UTF8.GetBytes(holder.ToJsonString() + "\n"));
        file.Flush();
    }

    // What stands between :// and @ in a URL is a password.
    static string Command()
    {
        var text = Password().Replace(string.Join(' ', Environment.GetCommandLineArgs()), "://***@").ReplaceLineEndings(" ");
        return text.Length <= MaxCommand ? text : text[..MaxCommand] + "…";
    }

    static string Holder(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows()) return Unknown;
            using var file = Libc.Open(path);
            var bytes = new byte[MaxBytes];
            if (JsonNode.Parse(bytes.AsSpan(0, RandomAccess.Read(file, bytes, 0))) is not JsonObject holder) return Unknown;
            var there = holder["host"]?.ToString() == Environment.MachineName ? "" : $" on {holder["host"]}";
            return $"process {holder["pid"]}{there} ({holder["command"]}, since {holder["since"]})";
        }
        catch (Exception error) when (error is IOException or JsonException)
        {
            return Unknown;
        }
    }

    // .NET has no exception of its own for a file that is held; a folder or a full disk has another cause.
    static bool IsHeld(string path, IOException error) =>
        (error.HResult & 0xFFFF) is 11 or 32 or 33 or 35 && File.Exists(path);

    [GeneratedRegex(@"://[^/@\s]+@")]
    private static partial Regex Password();
}
