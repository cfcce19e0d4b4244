using StyleFarm.Cli.Farm.Naming;

namespace StyleFarm.Cli.Tests.Farm.Naming;

public sealed class OutputClaimsTests
{
    [Fact]
    public void The_second_claim_names_the_first()
    {
        var claims = new OutputClaims(isByFolder: false);

        Assert.Null(claims.Claim("x", "out/a.png", "x/a.jpg"));
        Assert.Null(claims.Claim("y", "out/b.png", "y/b.jpg"));
        Assert.Equal("x/a.jpg", claims.Claim("y", "out/a.png", "y/a.jpg"));
        Assert.Equal("x/a.jpg", claims.Claim("z", "out/a.png", "z/a.jpg"));
    }

    [Fact]
    public void Every_owner_is_found_again()
    {
        var claims = new ClaimSet();
        string Input(int i) => $"photos/{i / 100:D3}/täglich-{i:D5}.jpg";

        for (var i = 0; i < 5000; i++) Assert.Null(claims.Claim($"{i}", Input(i)));

        for (var i = 0; i < 5000; i++) Assert.Equal(Input(i), claims.Claim($"{i}", "another"));
    }

    [Fact]
    public void By_folder_only_those_on_the_way_are_remembered()
    {
        var claims = new OutputClaims(isByFolder: true);
        for (var folder = 0; folder < 1000; folder++)
            for (var photo = 0; photo < 10; photo++)
            {
                Assert.Null(claims.Claim($"album/{folder:D4}", $"album/{folder:D4}/{photo}.png", $"p/album/{folder:D4}/{photo}.jpg"));
                Assert.InRange(claims.Count, 1, 12);
                if (photo == 0 && folder == 0) Assert.Null(claims.Claim("album", "album/1.png", "p/album/1.jpg"));
            }

        Assert.Equal("p/album/1.jpg", claims.Claim("album", "album/1.png", "p/album/1.png"));
    }
}
