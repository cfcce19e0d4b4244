namespace StyleFarm.Coordinator.Sweeps;

/// <summary>Short names for pictures.</summary>
static class PictureNames
{
    /// <summary>
    /// A picture's file name without its ending; with it, or the whole path, where a shorter name would be the same for two.
    /// </summary>
    public static Func<string, string> Of(IEnumerable<string> paths)
    {
        var all = paths.Distinct().ToList();
        return path => Forms(path).First(form => form == path || all.All(other => other == path || !Forms(other).Contains(form)));
    }

    static string[] Forms(string path) => [Path.GetFileNameWithoutExtension(path), Path.GetFileName(path), path];
}
