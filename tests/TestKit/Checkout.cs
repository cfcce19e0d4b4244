namespace StyleFarm.TestKit;

/// <summary>Where the checkout that the tests run from lies.</summary>
public static class Checkout
{
    /// <summary>The folder that holds StyleFarm.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "StyleFarm.sln")))
                return folder.FullName;
        throw new InvalidOperationException($"no StyleFarm.sln above {AppContext.BaseDirectory}");
    }
}
