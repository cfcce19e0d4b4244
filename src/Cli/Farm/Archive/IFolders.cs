namespace StyleFarm.Cli.Farm.Archive;

/// <summary>What lies at a path.</summary>
enum PathKind
{
    /// <summary>Nothing, or a link that leads nowhere.</summary>
    Missing,

    /// <summary>A file, or something else that is no folder.</summary>
    File,

    /// <summary>A folder, or a link to one.</summary>
    Folder,
}

/// <summary>One entry of a folder.</summary>
/// <param name="Name">Without its folder.</param>
/// <param name="IsFolder">Whether it is a folder, or a link to one.</param>
/// <param name="IsLink">Whether it is a link to a folder.</param>
readonly record struct FolderItem(string Name, bool IsFolder, bool IsLink = false);

/// <summary>The folders that an archive lies in. All paths are absolute.</summary>
interface IFolders
{
    /// <summary>What lies at a path.</summary>
    PathKind KindOf(string path);

    /// <summary>The entries of a folder in any order, one after the other.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    IEnumerable<FolderItem> ItemsOf(string folder);

    /// <summary>The folder's path with every link on the way resolved.</summary>
    string RealPathOf(string folder);
}
