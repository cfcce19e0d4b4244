using StyleFarm.Cli.Farm.Archive;

namespace StyleFarm.Cli.Tests.Farm.Archive;

/// <summary>
/// Folders that exist only as a rule: how many folders and pictures each has. Counts what is handed out and what is still held.
/// </summary>
sealed class MadeUpFolders(int folders, int picturesEach) : IFolders
{
    /// <summary>The folder that holds everything.</summary>
    public const string Root = "/made-up";

    /// <summary>Names handed out so far.</summary>
    public int Names { get; private set; }

    /// <summary>Whether a folder is being looked at, and which one was last.</summary>
    public List<string> Opened { get; } = [];

    public PathKind KindOf(string path) => path == Root ? PathKind.Folder : PathKind.Missing;

    public IEnumerable<FolderItem> ItemsOf(string folder)
    {
        Opened.Add(folder);
        var isRoot = folder == Root;
        // Backwards: a file system has no order.
        for (var i = isRoot ? folders : picturesEach; i-- > 0;)
        {
            Names++;
            yield return new FolderItem(isRoot ? $"album-{i:D6}" : $"IMG_{i:D7}.jpg", isRoot);
        }
    }

    public string RealPathOf(string folder) => folder;
}
