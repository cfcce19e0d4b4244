namespace StyleFarm.Cli.Farm.Archive;

/// <summary>What several files' folders have in common, found in one pass over their paths.</summary>
sealed class CommonFolder
{
    string? _common;

    /// <summary>The deepest folder that holds all of these files.</summary>
    public static CommonFolder Of(IEnumerable<string> files)
    {
        var common = new CommonFolder();
        foreach (var file in files) common.Add(file);
        return common;
    }

    /// <summary>The folder of a file below the common one, with '/' between the parts; empty at the top.</summary>
    public string Below(string file)
    {
        var folder = FolderOf(file);
        return folder.Length > _common!.Length ? folder[_common.Length..].Trim('/') : "";
    }

    void Add(string file)
    {
        var folder = FolderOf(file);
        if (_common is null)
        {
            _common = folder;
            return;
        }

        var length = Math.Min(_common.Length, folder.Length);
        var same = _common.AsSpan(0, length).CommonPrefixLength(folder);
        if (same < length || !IsBoundary(_common, same) || !IsBoundary(folder, same)) same = _common.AsSpan(0, same).LastIndexOf('/');
        _common = _common[..Math.Max(same, 0)];
    }

    static bool IsBoundary(string folder, int at) => at == folder.Length || folder[at] == '/';

    /// <summary>Without the slash at its end; the root folder is empty.</summary>
    static string FolderOf(string file) => Path.GetDirectoryName(file)!.TrimEnd('/');
}

/// <summary>The pictures that are named one by one on the command line.</summary>
sealed class NamedPictures(IReadOnlyCollection<string> paths)
{
    readonly HashSet<string> _twins =
        [.. paths.GroupBy(Stem).Where(same => same.Count() > 1).Select(same => same.Key)];

    /// <summary>What their folders have in common.</summary>
    public CommonFolder Folder { get; } = CommonFolder.Of(paths);

    /// <summary>Whether another one differs in its extension only.</summary>
    public bool HasTwin(string path) => _twins.Contains(Stem(path));

    static string Stem(string path) => Path.ChangeExtension(path, null);
}
