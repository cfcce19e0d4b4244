namespace StyleFarm.EndToEnd.Tests.Cli;

/// <summary>Command lines that make no sense: one line that names the option and what it takes.</summary>
public sealed class BadUsageTests : IDisposable
{
    readonly Studio _studio = new();

    public void Dispose()
    {
        Assert.False(File.Exists(_studio["out.png"]));
        Assert.False(Directory.Exists(_studio["state"]));
        _studio.Dispose();
    }

    [Theory]
    [InlineData("--size", "0", "--size 0: give the long side in pixels")]
    [InlineData("--size", "-3", "--size -3: give the long side in pixels")]
    [InlineData("--size", "10x", "--size 10x: give the long side in pixels (512), WIDTHxHEIGHT (450x300) or original")]
    [InlineData("--size", "3", "an image of 3x2 pixels is too small: tap conv5_1 needs at least 16x16; give a larger --size")]
    [InlineData("--size", "30000", "--size: 30000x22500 pixels need about")]
    [InlineData("--size", "60000x60000", "--size: 60000x60000 pixels need about")]
    [InlineData("--style-size", "big", "--style-size big: give the long side in pixels")]
    [InlineData("--style-size", "2", "an image of 2x2 pixels is too small: tap conv5_1")]
    [InlineData("--steps", "0", "--steps 0: give a whole number from 1")]
    [InlineData("--steps", "many", "--steps many: give a whole number from 1")]
    [InlineData("--checkpoint-every", "-1", "--checkpoint-every -1: give a whole number of at least 0")]
    [InlineData("--quality", "101", "--quality 101: give a whole number from 1 to 100")]
    [InlineData("--threads", "0", "--threads 0: give a whole number from 1 to 1024")]
    [InlineData("--seed", "-1", "--seed -1: give a whole number of at least 0")]
    [InlineData("--device", "gpu", "--device gpu: give auto, cpu or cuda:N")]
    [InlineData("--device", "cuda:99", "--device cuda:99: ")]
    [InlineData("--precision", "fp16", "--precision fp16: give fp32, bf16 or fp64")]
    [InlineData("--init", "contnt", "(did you mean 'content'?)")]
    [InlineData("--style-weights", "1,2", "--style-weights names 2 shares for 1 styles; give one each")]
    [InlineData("--style-weights", "a", "--style-weights a: 'a' is not a number above 0; write them like 2,1")]
    [InlineData("--style-weights", "0", "--style-weights 0: '0' is not a number above 0")]
    [InlineData("--weights", "seeded:x", "--weights 'seeded:x': no seed; write seeded:N")]
    [InlineData("--stepz", "3", "--stepz: no such option (did you mean '--steps'?); see stylefarm stylize --help")]
    [InlineData("--json", "--line\nbreak", "no such option")]
    public async Task Bad_options_of_stylize(string option, string value, string fault) =>
        (await _studio.StylizeAsync("--recipe", "d2l", option, value)).IsRefused(fault);

    [Theory]
    [InlineData("no command given; see stylefarm --help, or start with stylefarm demo")]
    [InlineData("stylise: no such command (did you mean 'stylize'?); see stylefarm --help", "stylise")]
    [InlineData("Required argument missing for command: 'stylize'; see stylefarm stylize --help", "stylize")]
    [InlineData("no command given; see stylefarm weights --help", "weights")]
    [InlineData("verfy: no such command (did you mean 'verify'?); see stylefarm weights --help", "weights", "verfy")]
    [InlineData("Required argument missing for command: 'verify'; see stylefarm weights verify --help", "weights", "verify")]
    [InlineData("two: one argument too many; see stylefarm recipes --help", "recipes", "one", "two")]
    [InlineData("--jsn: no such option (did you mean '--json'?); see stylefarm doctor --help", "doctor", "--jsn")]
    public async Task Bad_commands(string fault, params string[] arguments) => (await _studio.RunAsync(arguments)).IsRefused(fault);

    [Theory]
    [InlineData("demo", "")]
    [InlineData("stylefarm stylize photo.jpg", "stylize")]
    [InlineData("stylefarm demo", "demo")]
    [InlineData("stylefarm recipes d2l > mine.yaml", "recipes")]
    [InlineData("stylefarm weights fetch", "weights")]
    [InlineData("stylefarm weights verify", "weights", "verify")]
    [InlineData("stylefarm weights import", "weights", "import")]
    [InlineData("stylefarm weights fetch --url", "weights", "fetch")]
    [InlineData("stylefarm doctor --json", "doctor")]
    public async Task Help_teaches_by_example(string example, params string[] command)
    {
        var help = (await _studio.RunAsync([.. command.Where(word => word.Length > 0), "--help"])).Succeeds();

        Assert.Matches("(?m)^Examples?:$", help.Text);
        Assert.Contains(example, help.Text);
        Assert.Empty(help.Errors);
    }

    [Fact]
    public async Task The_version_is_told()
    {
        var version = (await _studio.RunAsync("--version")).Succeeds();

        Assert.Matches(@"^\d+\.\d+\.\d+", version.Text);
    }
}
