using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Messages;
using StyleFarm.TestKit;

namespace StyleFarm.Cli.Tests.Farm.Archive;

public sealed class ArchiveListingTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_gives_its_own_pictures_in_order()
    {
        Touch("photos/b.jpg", "photos/a.PNG", "photos/notes.txt", "photos/.hidden.jpg", "photos/sub/c.jpg", "photos/z.result.json",
            "photos/B.tif");

        Assert.Equal(["photos/B.tif", "photos/a.PNG", "photos/b.jpg"], Shown(Listing("photos")));
    }

    [Fact]
    public void Recursive_goes_down_and_orders_by_the_whole_path()
    {
        Touch("p/a/1.jpg", "p/a-b.jpg", "p/a.jpg", "p/a0.jpg", "p/b/c/2.jpg", "p/.git/3.jpg", "p/empty/notes.txt");

        var pictures = Pictures(Listing(true, "p"));

        var paths = pictures.Select(picture => picture.Shown).ToList();
        Assert.Equal(["p/a-b.jpg", "p/a.jpg", "p/a/1.jpg", "p/a0.jpg", "p/b/c/2.jpg"], paths);
        Assert.Equal(paths.Order(StringComparer.Ordinal), paths);
        Assert.Equal(["", "", "a", "", "b/c"], pictures.Select(picture => picture.Folder));
        Assert.All(pictures, picture => Assert.True(File.Exists(picture.Path)));
    }

    [Fact]
    public void A_pattern_keeps_the_folders_below_its_first_wildcard()
    {
        Touch("p/2023/a.jpg", "p/2024/raw/b.jpg", "p/2024/c.png", "p/x/d.jpg");

        var pictures = Pictures(Listing("p/20*/**/*.jpg"));

        Assert.Equal(["p/2023/a.jpg", "p/2024/raw/b.jpg"], pictures.Select(picture => picture.Shown));
        Assert.Equal(["2023", "2024/raw"], pictures.Select(picture => picture.Folder));
    }

    [Fact]
    public void Named_files_are_always_tried_and_lose_the_folders_they_have_in_common()
    {
        Touch("p/2023/a.jpg", "p/2024/b.dat", "p/20/c.jpg", "p/.d.jpg");

        Assert.Equal(["2023", "2024", "20"], Pictures(Listing("p/2023/a.jpg", "p/2024/b.dat", "p/20/c.jpg"))
            .Select(picture => picture.Folder));
        Assert.Equal("", Assert.Single(Pictures(Listing("p/.d.jpg"))).Folder);
    }

    [Fact]
    public void A_file_whose_name_looks_like_a_pattern_is_that_file()
    {
        Touch("p/a[1].jpg", "p/a1.jpg");

        Assert.Equal(["p/a[1].jpg"], Shown(Listing("p/a[1].jpg")));
    }

    [Fact]
    public void Names_that_differ_in_their_extension_only_are_marked()
    {
        Touch("p/a.jpg", "p/a.b.jpg", "p/a.png", "p/a/x.jpg", "p/b.jpg", "p/c.jpg", "p/c.txt", "p/d.jpg", "p/d.jpeg");

        var walked = Pictures(Listing("p")).Where(picture => picture.IsAmbiguous).Select(picture => picture.Shown);
        var named = Pictures(Listing("p/a.jpg", "p/a.png", "p/b.jpg")).Where(picture => picture.IsAmbiguous)
            .Select(picture => picture.Shown);

        Assert.Equal(["p/a.jpg", "p/a.png", "p/d.jpeg", "p/d.jpg"], walked);
        Assert.Equal(["p/a.jpg", "p/a.png"], named);
    }

    [Fact]
    public void A_list_names_one_picture_a_line()
    {
        Touch("p/x/a.jpg", "p/y/b.jpg");
        Directory.CreateDirectory(_folder["p/z"]);
        File.WriteAllText(_folder["list.txt"], "p/x/a.jpg\r\n\np/y/b.jpg\np/gone.jpg\np/z\n");

        var entries = Listing("@list.txt").List().ToList();

        Assert.Equal(["x", "y"], entries.OfType<ArchivePicture>().Select(picture => picture.Folder));
        Assert.Equal(["p/gone.jpg", "p/z"], entries.OfType<ArchiveFault>().Select(fault => fault.Shown));
    }

    [Fact]
    public void Results_and_state_are_never_photos()
    {
        Touch("p/a.jpg", "p/out/b.jpg", "p/state/c.jpg");
        var spec = Spec(true, "p") with { Excluded = [_folder["p/out"], _folder["p/state"]] };

        Assert.Equal(["p/a.jpg"], Shown(new ArchiveListing(spec, new DiskFolders())));
    }

    [Theory]
    [InlineData("p")]
    [InlineData("p/*.jpg")]
    [InlineData("link")]
    public void Results_among_the_photos_are_refused(string input)
    {
        Touch("p/a.jpg");
        Directory.CreateSymbolicLink(_folder["link"], "p");

        var fault = Assert.Throws<StyleFarmException>(() =>
            new ArchiveListing(Spec(false, input) with { Excluded = [_folder["p"]] }, new DiskFolders()).Check());

        Assert.Equal(ErrorCode.BadUsage, fault.Code);
        Assert.StartsWith($"{input}: ", fault.Message);
    }

    [Fact]
    public void A_link_is_followed_but_not_in_a_circle()
    {
        Touch("p/a/1.jpg", "elsewhere/2.jpg");
        Directory.CreateSymbolicLink(_folder["p/a/up"], "..");
        Directory.CreateSymbolicLink(_folder["p/a/self"], _folder["p/a"]);
        Directory.CreateSymbolicLink(_folder["p/other"], "../elsewhere");
        Directory.CreateSymbolicLink(_folder["elsewhere/back"], _folder["p"]);
        File.CreateSymbolicLink(_folder["p/loop.jpg"], "loop.jpg");
        File.CreateSymbolicLink(_folder["p/3.jpg"], "a/1.jpg");

        Assert.Equal(["p/3.jpg", "p/a/1.jpg", "p/loop.jpg", "p/other/2.jpg"], Shown(Listing(true, "p")));
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_told_of_and_the_walk_goes_on()
    {
        Touch("p/a.jpg", "p/locked/b.jpg", "p/z.jpg");
        var listing = new ArchiveListing(Spec(true, "p"), new LockedFolders(_folder["p/locked"]));

        var entries = listing.List().ToList();

        Assert.Equal(["p/a.jpg", "p/z.jpg"], entries.OfType<ArchivePicture>().Select(picture => picture.Shown));
        var fault = Assert.Single(entries.OfType<ArchiveFault>());
        Assert.Equal("p/locked", fault.Shown);
        Assert.Contains("cannot be read", fault.Reason);
        Assert.Contains("chmod", fault.Reason);
    }

    [Theory]
    [InlineData("gone.jpg", "no such file or folder", "")]
    [InlineData("gone/", "no such file or folder", "")]
    [InlineData("empty", "no picture in this folder", "--recursive")]
    [InlineData("empty/**/*.gif", "no picture matches", "gif")]
    [InlineData("gone/*.jpg", "no picture matches", "")]
    [InlineData("@gone.txt", "list of pictures cannot be read", "")]
    [InlineData("@nothing.txt", "names no picture", "one path a line")]
    [InlineData("s3://bucket/photos", "copy them here", "")]
    public void What_matches_nothing_is_refused_by_name(string input, string what, string remedy)
    {
        Touch("empty/sub/a.jpg", "b.jpg");
        File.WriteAllText(_folder["nothing.txt"], "\n");

        var fault = Assert.Throws<StyleFarmException>(() => Listing("b.jpg", input).Check());

        Assert.Equal(ErrorCode.BadInput, fault.Code);
        Assert.Contains(input.TrimStart('@'), fault.Message);
        Assert.Contains(what, fault.Message);
        Assert.Contains(remedy, fault.Message);
    }

    [Fact]
    public void Good_inputs_pass_the_check()
    {
        Touch("p/sub/a.jpg", "b.jpg");

        Listing(true, "p", "b.jpg", "p/**/*.jpg").Check();
    }

    void Touch(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
            File.WriteAllText(_folder[name], "");
        }
    }

    ArchiveSpec Spec(bool isRecursive, params string[] inputs) =>
        new() { Inputs = [.. inputs], BaseFolder = _folder.Path, IsRecursive = isRecursive };

    ArchiveListing Listing(params string[] inputs) => Listing(false, inputs);

    ArchiveListing Listing(bool isRecursive, params string[] inputs) => new(Spec(isRecursive, inputs), new DiskFolders());

    static List<ArchivePicture> Pictures(ArchiveListing listing) => [.. listing.List().Select(Assert.IsType<ArchivePicture>)];

    static List<string> Shown(ArchiveListing listing) => [.. Pictures(listing).Select(picture => picture.Shown)];

    /// <summary>The real folders, one of which refuses to be read, also for root.</summary>
    sealed class LockedFolders(string locked) : IFolders
    {
        readonly DiskFolders _disk = new();

        public PathKind KindOf(string path) => _disk.KindOf(path);

        public IEnumerable<FolderItem> ItemsOf(string folder) =>
            folder == locked ? throw new UnauthorizedAccessException($"Access to the path '{folder}' is denied.") : _disk.ItemsOf(folder);

        public string RealPathOf(string folder) => _disk.RealPathOf(folder);
    }
}
