using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.Cli.Stylize;

/// <summary>The file of `--telemetry`, or a pipe or terminal in its place, which cannot be taken back what it was given.</summary>
sealed class TelemetryFile : IDisposable
{
    readonly string _path;
    readonly FileStream _stream;
    readonly StreamWriter _writer;

    TelemetryFile(string path, FileStream stream)
    {
        (_path, _stream) = (path, stream);
        _writer = new StreamWriter(stream) { NewLine = "\n" };
    }

    /// <summary>Begins the file with these lines in place of what it held.</summary>
    /// <exception cref="StyleFarmException">BadInput: it cannot be written. OutOfResources: the disk is full.</exception>
    public static TelemetryFile Create(string path, IEnumerable<string> lines)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            var file = new TelemetryFile(path, new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read));
            file.Restart(lines);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailure(path, e);
        }
    }

    /// <summary>Puts these lines in place of what the file holds.</summary>
    public void Restart(IEnumerable<string> lines) => Guard(() =>
    {
        _writer.Flush();
        if (_stream.CanSeek && _stream.Length > 0) _stream.SetLength(0);
        foreach (var line in lines) _writer.WriteLine(line);
        _writer.Flush();
    });

    /// <summary>Adds a line.</summary>
    public void Add(string line) => Guard(() => _writer.WriteLine(line));

    /// <summary>Lets others see what was added.</summary>
    public void Flush() => Guard(_writer.Flush);

    public void Dispose()
    {
        try
        {
            _writer.Dispose();
        }
        catch (IOException)
        {
            // Flush has told of the full disk already; this is its echo.
        }
    }

    void Guard(Action write)
    {
        try
        {
            write();
        }
        catch (IOException e)
        {
            throw AtomicFile.WriteFailure(_path, e);
        }
    }
}
