namespace StyleFarm.Cli.Farm.Archive;

/// <summary>
/// Walks down from a folder and yields the pictures that a pattern matches, ordered by path (ordinal, as of the whole path). Holds the
/// matching names of the folders on the way down, and nothing of those behind or ahead. A folder that cannot be read is told of and
/// passed over, and so is a link that leads back to a folder on the way.
/// </summary>
sealed class FolderWalk(IFolders folders, GlobPattern pattern, IReadOnlySet<string> excluded)
{
    const int MaxDepth = 128;

    sealed record Level(string Path, string Shown, string Folder, string Real, GlobPattern.State State)
    {
        public FolderItem[] Items { get; init; } = [];

        public int Next { get; set; }
    }

    /// <summary>The pictures below a folder.</summary>
    /// <param name="root">Absolute.</param>
    /// <param name="shown">The folder as the user wrote it.</param>
    public IEnumerable<ArchiveEntry> From(string root, string shown)
    {
        var way = new Stack<Level>();
        if (Enter(way, new Level(root, shown, "", folders.RealPathOf(root), pattern.Start)) is { } fault) yield return fault;
        while (way.TryPeek(out var level))
        {
            if (level.Next == level.Items.Length)
            {
                way.Pop();
                continue;
            }

            var at = level.Next++;
            var item = level.Items[at];
            if (!item.IsFolder)
                yield return new ArchivePicture(Path.Combine(level.Path, item.Name), Join(level.Shown, item.Name), level.Folder,
                    HasTwin(level.Items, at));
            else if (Below(way, level, item) is { } below && Enter(way, below) is { } unreadable)
                yield return unreadable;
        }
    }

    Level? Below(Stack<Level> way, Level level, FolderItem item)
    {
        var path = Path.Combine(level.Path, item.Name);
        var real = item.IsLink ? folders.RealPathOf(path) : Path.Combine(level.Real, item.Name);
        if (excluded.Contains(real) || (item.IsLink && way.Any(above => above.Real == real))) return null;
        var folder = level.Folder.Length == 0 ? item.Name : $"{level.Folder}/{item.Name}";
        return new Level(path, Join(level.Shown, item.Name), folder, real, pattern.Enter(level.State, item.Name));
    }

    ArchiveFault? Enter(Stack<Level> way, Level level)
    {
        if (way.Count == MaxDepth)
            return new ArchiveFault(level.Shown, $"folders lie more than {MaxDepth} deep here; name one further down");
        try
        {
            var items = folders.ItemsOf(level.Path).Where(item => IsWanted(item, level.State)).ToArray();
            Array.Sort(items, ByPath);
            way.Push(level with { Items = items });
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ArchiveFault(level.Shown, $"the folder cannot be read ({e.Message.TrimEnd('.')}); give read permission (chmod +rx)");
        }
    }

    bool IsWanted(FolderItem item, GlobPattern.State state) => item.IsFolder
        ? !pattern.Enter(state, item.Name).IsDead
        : PictureNames.IsPicture(item.Name) && pattern.Takes(state, item.Name);

    /// <summary>A folder sorts as its name and the slash that follows it, so that whole paths come out in order.</summary>
    static int ByPath(FolderItem a, FolderItem b)
    {
        var common = Math.Min(a.Name.Length, b.Name.Length);
        var order = string.CompareOrdinal(a.Name, 0, b.Name, 0, common);
        return order != 0 ? order : LetterAt(a, common).CompareTo(LetterAt(b, common));

        static int LetterAt(FolderItem item, int at) => at < item.Name.Length ? item.Name[at] : item.IsFolder ? '/' : -1;
    }

    /// <summary>
    /// Names that differ in their extension only are near one another: all between them begin with the same stem and a dot.
    /// </summary>
    static bool HasTwin(FolderItem[] items, int at)
    {
        var stem = Path.GetFileNameWithoutExtension(items[at].Name.AsSpan());
        for (var i = at - 1; i >= 0 && IsNear(items[i].Name, stem); i--)
            if (IsTwin(items[i], stem)) return true;
        for (var i = at + 1; i < items.Length && IsNear(items[i].Name, stem); i++)
            if (IsTwin(items[i], stem)) return true;
        return false;

        static bool IsNear(string name, ReadOnlySpan<char> stem) =>
            name.Length > stem.Length && name[stem.Length] == '.' && name.AsSpan().StartsWith(stem, StringComparison.Ordinal);

        static bool IsTwin(FolderItem item, ReadOnlySpan<char> stem) =>
            !item.IsFolder && Path.GetFileNameWithoutExtension(item.Name.AsSpan()).SequenceEqual(stem);
    }

    static string Join(string folder, string name) =>
        folder is "" or "." ? name : folder.EndsWith('/') ? folder + name : $"{folder}/{name}";
}
