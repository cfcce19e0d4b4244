namespace StyleFarm.Cli.Farm.Naming;

/// <summary>
/// Keeps two inputs from writing the same file: the one that is listed first has the name. Where names can only clash within a folder
/// and folders are listed whole, those of the folders behind are forgotten.
/// </summary>
/// <param name="isByFolder">Whether names clash within a folder only, and a folder that was left never comes again.</param>
sealed class OutputClaims(bool isByFolder)
{
    readonly Dictionary<string, ClaimSet> _folders = [];
    string? _folder;

    /// <summary>Names that are remembered.</summary>
    public int Count => _folders.Values.Sum(claims => claims.Count);

    /// <summary>Takes an output for an input.</summary>
    /// <param name="folder">The input's folder below the one that was named.</param>
    /// <param name="output">The name to take.</param>
    /// <param name="input">Who takes it.</param>
    /// <returns>Who has it already, or null when it was free.</returns>
    public string? Claim(string folder, string output, string input)
    {
        if (!isByFolder) folder = "";
        if (folder != _folder) Enter(folder);
        return _folders[folder].Claim(output, input);
    }

    void Enter(string folder)
    {
        _folder = folder;
        foreach (var behind in _folders.Keys.Where(other => !IsOnTheWay(other, folder)).ToList()) _folders.Remove(behind);
        _folders.TryAdd(folder, new ClaimSet());
    }

    static bool IsOnTheWay(string above, string folder) =>
        above.Length == 0 || folder == above || folder.StartsWith(above + "/", StringComparison.Ordinal);
}
