using StyleFarm.Cli.Farm.Naming;

namespace StyleFarm.Cli.Tests.Farm.Naming;

[Collection(Alone.Name)]
public sealed class ClaimMemoryTests
{
    [Fact]
    public void A_million_names_take_less_than_a_hundred_bytes_each()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var claims = new ClaimSet();
        for (var i = 0; i < 1_000_000; i++) claims.Claim($"out/IMG_{i:D7}.png", $"/home/me/photos/holidays/IMG_{i:D7}.jpg");

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 100_000_000);
        Assert.Equal("/home/me/photos/holidays/IMG_0777777.jpg", claims.Claim("out/IMG_0777777.png", "x"));
    }
}
