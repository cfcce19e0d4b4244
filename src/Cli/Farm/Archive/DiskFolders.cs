using System.IO.Enumeration;

namespace StyleFarm.Cli.Farm.Archive;

/// <summary>The folders of this machine.</summary>
sealed class DiskFolders : IFolders
{
    const int MaxLinks = 40;

    static readonly EnumerationOptions Everything =
        new() { AttributesToSkip = 0, IgnoreInaccessible = false, MatchType = MatchType.Simple };

    public PathKind KindOf(string path) =>
        Directory.Exists(path) ? PathKind.Folder : Path.Exists(path) ? PathKind.File : PathKind.Missing;

    public IEnumerable<FolderItem> ItemsOf(string folder) => new FileSystemEnumerable<FolderItem>(folder,
        (ref FileSystemEntry entry) =>
        {
            var isFolder = entry.IsDirectory;
            return new FolderItem(entry.FileName.ToString(), isFolder, isFolder && (entry.Attributes & FileAttributes.ReparsePoint) != 0);
        }, Everything);

    public string RealPathOf(string folder)
    {
        var real = Path.GetPathRoot(folder) ?? "/";
        var rest = new Stack<string>(Parts(folder));
        for (var links = 0; rest.TryPop(out var part);)
        {
            var next = Path.GetFullPath(Path.Combine(real, part));
            if (links < MaxLinks && TargetOf(next) is { } target)
            {
                links++;
                if (Path.IsPathRooted(target)) real = Path.GetPathRoot(target)!;
                foreach (var step in Parts(target)) rest.Push(step);
            }
            else
            {
                real = next;
            }
        }

        return real;
    }

    static IEnumerable<string> Parts(string path) =>
        path.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Reverse();

    static string? TargetOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
