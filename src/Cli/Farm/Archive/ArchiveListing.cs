using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Archive;

/// <summary>
/// Lists the pictures of an archive: one input after the other in the order given, each ordered by path. Lazy: a listing of a million
/// pictures holds the names of the folders on the way, not those of the archive. Each enumeration looks anew.
/// </summary>
sealed class ArchiveListing(ArchiveSpec spec, IFolders folders)
{
    const char ListMark = '@';

    /// <summary>Everything, faults included.</summary>
    public IEnumerable<ArchiveEntry> List()
    {
        var named = Named();
        return spec.Inputs.SelectMany(input => Of(input, named));
    }

    /// <summary>Finds out before any work whether every input has something in it.</summary>
    /// <exception cref="StyleFarmException">BadInput or BadUsage: one has not; it is named.</exception>
    public void Check()
    {
        var named = Named();
        foreach (var input in spec.Inputs)
        {
            if (IsList(input, out _) || folders.KindOf(Absolute(input)) != PathKind.Missing || GlobPattern.IsPattern(input))
            {
                CheckPlace(input);
                if (!Of(input, named).Any()) throw StyleFarmException.BadInput(Empty(input));
            }
            else
            {
                throw StyleFarmException.BadInput(Missing(input));
            }
        }
    }

    IEnumerable<ArchiveEntry> Of(string input, NamedPictures named)
    {
        if (IsList(input, out var list)) return Listed(list);
        var path = Absolute(input);
        return folders.KindOf(path) switch
        {
            PathKind.Folder => Walk(GlobPattern.Everything(spec.IsRecursive), path, input),
            PathKind.File => [new ArchivePicture(path, input, named.Folder.Below(path), named.HasTwin(path))],
            _ when GlobPattern.IsPattern(input) => Matching(input),
            _ => [new ArchiveFault(input, "there is no such file or folder any more")],
        };
    }

    IEnumerable<ArchiveEntry> Listed(string list)
    {
        var paths = new PathList(list, spec.BaseFolder);
        var common = CommonFolder.Of(paths.Read().Select(line => line.Path));
        return paths.Read().Select(line => (ArchiveEntry)(folders.KindOf(line.Path) switch
        {
            PathKind.File => new ArchivePicture(line.Path, line.Shown, common.Below(line.Path), IsAmbiguous: false),
            PathKind.Folder =>
                new ArchiveFault(line.Shown, "it is a folder; a list names pictures, and folders are given on the command line"),
            _ => new ArchiveFault(line.Shown, "does not exist; check the path in the list"),
        }));
    }

    IEnumerable<ArchiveEntry> Matching(string input)
    {
        var (folder, pattern) = GlobPattern.Parse(input);
        var path = Absolute(folder);
        return folders.KindOf(path) == PathKind.Folder ? Walk(pattern, path, folder) : [];
    }

    IEnumerable<ArchiveEntry> Walk(GlobPattern pattern, string path, string shown) =>
        new FolderWalk(folders, pattern, spec.Excluded.Select(folders.RealPathOf).ToHashSet()).From(path, shown);

    NamedPictures Named() => new([.. spec.Inputs.Where(input => !IsList(input, out _)).Select(Absolute).Distinct()
        .Where(path => folders.KindOf(path) == PathKind.File)]);

    /// <summary>Results in the folder that is walked would be photos in the next run.</summary>
    void CheckPlace(string input)
    {
        if (IsList(input, out _) || folders.KindOf(Absolute(input)) == PathKind.File) return;
        var folder = folders.KindOf(Absolute(input)) == PathKind.Folder ? input : GlobPattern.Parse(input).Folder;
        var real = folders.RealPathOf(Absolute(folder));
        foreach (var place in spec.Excluded)
            if (folders.RealPathOf(place) == real)
                throw StyleFarmException.BadUsage($"{input}: {place} is where results or state go; keep them apart from the photos");
    }

    bool IsList(string input, out string path)
    {
        path = input.StartsWith(ListMark) ? Absolute(input[1..]) : "";
        return path.Length > 0;
    }

    string Absolute(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, spec.BaseFolder));

    string Empty(string input)
    {
        if (IsList(input, out _)) return $"{input[1..]}: the list names no picture; write one path a line";
        if (folders.KindOf(Absolute(input)) != PathKind.Folder)
            return $"{input}: no picture matches; check the pattern, which takes {PictureNames.All}";
        return $"{input}: no picture in this folder; "
            + (spec.IsRecursive ? $"they end in {PictureNames.All}" : "to look into the folders below it too, give --recursive");
    }

    string Missing(string input) => input.Contains("://", StringComparison.Ordinal)
        ? $"{input}: photos are read from this machine's folders; copy them here first"
        : $"{input}: no such file or folder; check the path (relative to {spec.BaseFolder})";
}
