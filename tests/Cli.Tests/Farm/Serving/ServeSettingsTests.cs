using StyleFarm.Cli.Farm.Serving;
using StyleFarm.Messages;
using StyleFarm.TestKit;

namespace StyleFarm.Cli.Tests.Farm.Serving;

public sealed class ServeSettingsTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_option_goes_before_a_variable_and_that_before_the_file()
    {
        File.WriteAllText(_folder["farm.yaml"], "fabric: from-file\nstore: from-file\nname: from-file\n");
        var variables = new Dictionary<string, string> { ["STYLEFARM_FABRIC"] = "from-variable", ["STYLEFARM_STORE"] = "from-variable", ["STYLEFARM_NAME"] = " " };

        var settings = ServeSettings.Load(_folder["farm.yaml"], variables.GetValueOrDefault);

        Assert.Equal(("from-option", "from-variable", "from-file", null),
            (settings.Find("fabric", "from-option"), settings.Find("store"), settings.Find("name"), settings.Find("journal")));
    }

    [Theory]
    [InlineData("fabrik: x", "unknown keys fabrik (did you mean 'fabric'?)")]
    [InlineData("fabric: [", "line")]
    [InlineData("fabric: {a: b}", "line")]
    public void A_file_that_cannot_be_used_is_named_with_the_reason(string text, string reason)
    {
        File.WriteAllText(_folder["farm.yaml"], text);

        var error = Assert.Throws<StyleFarmException>(() => ServeSettings.Load(_folder["farm.yaml"], _ => null));

        Assert.Contains("farm.yaml", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_is_named() =>
        Assert.Contains(_folder["none.yaml"], Assert.Throws<StyleFarmException>(() => ServeSettings.Load(_folder["none.yaml"], _ => null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1:7878", null, true)]
    [InlineData("http://localhost:0", null, true)]
    [InlineData("http://0.0.0.0:7878", null, false)]
    [InlineData("http://0.0.0.0:7878", "secret", true)]
    [InlineData("https://127.0.0.1:1", null, false)]
    [InlineData("7878", null, false)]
    public void Who_listens_beyond_this_machine_asks_for_a_token(string listen, string? token, bool isGood)
    {
        var faults = new List<string>();

        ServeSettings.ReadListen(listen, token, faults);

        Assert.Equal(isGood, faults.Count == 0);
    }

    [Fact]
    public void All_addresses_that_cannot_be_used_are_told_at_once_and_no_password_with_them()
    {
        var faults = new List<string>();

        ServiceAddresses.Parse("amqp:secret@host", "postgres://u:secret@", "s3://", faults);

        Assert.Equal(3, faults.Count);
        Assert.DoesNotContain(faults, fault => fault.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_and_folders_are_addresses_too()
    {
        var faults = new List<string>();

        var at = ServiceAddresses.Parse("local", "sqlite:farm.db", "dir:store", faults);

        Assert.Empty(faults);
        Assert.Equal((null, Path.GetFullPath("farm.db"), Path.GetFullPath("store")), (at.Broker, at.JournalFile, at.Folder));
    }
}
