using StyleFarm.Messages;

namespace StyleFarm.Cli.Stylize;

/// <summary>The file of `--telemetry`.</summary>
static class TelemetryFile
{
    /// <summary>Begins the file anew.</summary>
    /// <exception cref="StyleFarmException">BadInput: it cannot be written.</exception>
    public static StreamWriter Create(string path)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            return new StreamWriter(path, append: false) { NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{path}: the telemetry file cannot be written ({e.Message}); give another --telemetry", e);
        }
    }
}
