using StyleFarm.Cli.Farm.Archive;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Tests.Farm.Archive;

public sealed class GlobPatternTests
{
    [Theory]
    [InlineData("photos/**/*.jpg", "photos")]
    [InlineData("*.jpg", "")]
    [InlineData("/a/b/*.jpg", "/a/b")]
    [InlineData("/*.jpg", "/")]
    [InlineData("../x/20*/a.jpg", "../x")]
    [InlineData("./photos/{a,b}/x?.png", "./photos")]
    public void The_folder_before_the_first_wildcard_is_where_it_begins(string text, string folder) =>
        Assert.Equal(folder, GlobPattern.Parse(text).Folder);

    [Theory]
    [InlineData("*.jpg", "a.jpg", true)]
    [InlineData("*.jpg", "a.png", false)]
    [InlineData("*.jpg", "b/a.jpg", false)]
    [InlineData("*.jpg", ".a.jpg", false)]
    [InlineData(".*.jpg", ".a.jpg", true)]
    [InlineData("**/*.jpg", "a.jpg", true)]
    [InlineData("**/*.jpg", "x/y/z/a.jpg", true)]
    [InlineData("**/*.jpg", "x/.hidden/a.jpg", false)]
    [InlineData("**", "x/y/a.jpg", true)]
    [InlineData("**/raw/**/*.tif", "a/raw/b.tif", true)]
    [InlineData("**/raw/**/*.tif", "raw/c/d/b.tif", true)]
    [InlineData("**/raw/**/*.tif", "a/cooked/b.tif", false)]
    [InlineData("**/**/a.jpg", "a.jpg", true)]
    [InlineData("20??/*.jpg", "2024/a.jpg", true)]
    [InlineData("20??/*.jpg", "20245/a.jpg", false)]
    [InlineData("[ab]*.jpg", "bridge.jpg", true)]
    [InlineData("[ab]*.jpg", "cat.jpg", false)]
    [InlineData("[!ab]*.jpg", "cat.jpg", true)]
    [InlineData("[a-c]*.jpg", "cat.jpg", true)]
    [InlineData("[]]*.jpg", "].jpg", true)]
    [InlineData("*.{jpg,png}", "a.png", true)]
    [InlineData("*.{jpg,png}", "a.gif", false)]
    [InlineData("a+(b).*", "a+(b).jpg", true)]
    [InlineData("*.JPG", "a.jpg", false)]
    public void Files_match_as_in_a_shell(string text, string path, bool matches)
    {
        var (_, pattern) = GlobPattern.Parse(text);
        var parts = path.Split('/');
        var state = parts[..^1].Aggregate(pattern.Start, pattern.Enter);

        Assert.Equal(matches, pattern.Takes(state, parts[^1]));
    }

    [Fact]
    public void A_folder_that_cannot_hold_a_match_is_dead()
    {
        var (_, pattern) = GlobPattern.Parse("20*/raw/*.tif");

        Assert.True(pattern.Enter(pattern.Start, "1999").IsDead);
        var year = pattern.Enter(pattern.Start, "2024");
        Assert.False(year.IsDead);
        Assert.True(pattern.Enter(year, "cooked").IsDead);
        Assert.True(pattern.Enter(pattern.Enter(year, "raw"), "deeper").IsDead);
    }

    [Theory]
    [InlineData("photos/[ab.jpg", "']' is missing in '[ab.jpg'")]
    [InlineData("*.{jpg,png", "'}' is missing in '*.{jpg,png'")]
    [InlineData("[", "']' is missing")]
    [InlineData("[z-a].jpg", "'[z-a].jpg' is not understood")]
    public void A_broken_pattern_is_refused_by_name(string text, string what)
    {
        var fault = Assert.Throws<StyleFarmException>(() => GlobPattern.Parse(text));

        Assert.Equal(ErrorCode.BadUsage, fault.Code);
        Assert.StartsWith($"{text}: ", fault.Message);
        Assert.Contains(what, fault.Message);
    }
}
