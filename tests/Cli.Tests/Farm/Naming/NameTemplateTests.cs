using StyleFarm.Cli.Farm.Naming;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.StyleTransfer.Imaging;

namespace StyleFarm.Cli.Tests.Farm.Naming;

public sealed class NameTemplateTests
{
    static readonly NameValues Bridge = new()
    {
        Name = "bridge",
        Extension = ".png",
        Folder = "2024/raw",
        Style = "starry",
        Index = 41,
        Recipe = "d2l",
        Size = new ImageSize(640, 480),
        Cell = new CellId("0123456789abcdef0123456789abcdef"),
    };

    [Theory]
    [InlineData(NameTemplate.OfOneStyle, "2024/raw/bridge.png")]
    [InlineData(NameTemplate.OfManyStyles, "2024/raw/bridge_starry.png")]
    [InlineData("{name}{ext}", "2024/raw/bridge.png")]
    [InlineData("{name}-painted.jpg", "2024/raw/bridge-painted.jpg")]
    [InlineData("./{name}{ext}", "bridge.png")]
    [InlineData("{style}/{folder}/{name}{ext}", "starry/2024/raw/bridge.png")]
    [InlineData("{folder}_{name}{ext}", "2024/raw/2024/raw_bridge.png")]
    [InlineData("{index}{ext}", "2024/raw/000042.png")]
    [InlineData("{recipe}/{cell}_{width}x{height}{ext}", "d2l/0123456789abcdef0123456789abcdef_640x480.png")]
    public void Tokens_stand_for_what_is_known_of_a_picture(string template, string name) =>
        Assert.Equal(name, NameTemplate.Parse(template, 1).Expand(Bridge));

    [Fact]
    public void At_the_top_there_is_no_folder()
    {
        Assert.Equal("bridge.png", NameTemplate.Parse(NameTemplate.OfOneStyle, 1).Expand(Bridge with { Folder = "" }));
        Assert.Equal("bridge.png", NameTemplate.Parse("{name}{ext}", 1).Expand(Bridge with { Folder = "" }));
    }

    [Fact]
    public void A_name_never_makes_folders() =>
        Assert.Equal("2024/raw/a_b_c.png", NameTemplate.Parse("{name}_{style}{ext}", 1).Expand(Bridge with { Name = "a/b", Style = "c" }));

    [Theory]
    [InlineData("{nam}{ext}", "there is no {nam} (did you mean 'name'?)")]
    [InlineData("{name{ext}", "there is no {name{ext}")]
    [InlineData("{name", "'{' without its '}'")]
    [InlineData("name}", "'}' without its '{'")]
    [InlineData("", "it is empty")]
    [InlineData("{style}{ext}", "same name; put one of {name}, {index}, {cell}")]
    [InlineData("{name}", "does not end in {ext}")]
    [InlineData("{name}.", "does not end in {ext}")]
    [InlineData("/tmp/{name}{ext}", "leads out of the folder of --out")]
    [InlineData("../{name}{ext}", "leads out of the folder of --out")]
    public void A_template_that_cannot_work_is_refused(string template, string what)
    {
        var fault = Assert.Throws<StyleFarmException>(() => NameTemplate.Parse(template, 1));

        Assert.Equal(ErrorCode.BadUsage, fault.Code);
        Assert.Contains($"--name '{template}'", fault.Message);
        Assert.Contains(what, fault.Message);
    }

    [Fact]
    public void Several_styles_need_the_style_in_the_name()
    {
        Assert.Contains("3 styles", Assert.Throws<StyleFarmException>(() => NameTemplate.Parse("{name}{ext}", 3)).Message);
        NameTemplate.Parse("{name}-{style}{ext}", 3);
    }

    [Theory]
    [InlineData("{name}{ext}", true)]
    [InlineData("{folder}/x/{name}{ext}", true)]
    [InlineData("./{name}{ext}", false)]
    [InlineData("{style}/{folder}/{name}{ext}", false)]
    public void It_is_known_whether_folders_are_kept_apart(string template, bool keeps) =>
        Assert.Equal(keeps, NameTemplate.Parse(template, 1).KeepsFolders);

    [Fact]
    public void A_written_extension_is_known()
    {
        Assert.Equal(".jpg", NameTemplate.Parse("{name}.x.jpg", 1).Extension);
        Assert.Null(NameTemplate.Parse("{name}.x{ext}", 1).Extension);
    }
}
