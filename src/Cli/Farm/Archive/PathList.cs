using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Archive;

/// <summary>A file with one path a line, relative to the folder that the command was given in. Empty lines count for nothing.</summary>
sealed class PathList(string path, string baseFolder)
{
    /// <summary>The absolute paths and how they are written there, one after the other.</summary>
    /// <exception cref="StyleFarmException">BadInput: the list cannot be read.</exception>
    public IEnumerable<(string Path, string Shown)> Read()
    {
        using var reader = Open();
        while (Line(reader) is { } line)
            if (line.Trim().Length > 0)
                yield return (Path.GetFullPath(line, baseFolder), line);
    }

    StreamReader Open()
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    string? Line(StreamReader reader)
    {
        try
        {
            return reader.ReadLine();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(e);
        }
    }

    StyleFarmException Unreadable(Exception e) =>
        StyleFarmException.BadInput(
            $"{path}: the list of pictures cannot be read ({e.Message.TrimEnd('.')}); check the path and its permissions", e);
}
