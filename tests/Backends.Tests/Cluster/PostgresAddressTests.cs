using StyleFarm.Backends.Cluster;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("postgres://farm:x@db/farm", "postgres://db:5432/farm")]
    [InlineData("postgresql://farm@db:6000/farm", "postgres://db:6000/farm")]
    [InlineData("postgres://farm:x@db/farm?schema=second&sslmode=verify-full&sslrootcert=/ca.pem", "postgres://db:5432/farm?schema=second")]
    [InlineData("postgres://farm:x@[::1]:5433/farm", "postgres://::1:5433/farm")]
    public void Parse_Url_IsDescribedWithoutUserAndPassword(string url, string description) =>
        Assert.Equal(description, PostgresAddress.Parse(url).Description);

    [Fact]
    public void Parse_EscapedPassword_IsMadePlain() =>
        Assert.Contains("p@ss:/w", PostgresAddress.Parse("postgres://farm:p%40ss%3A%2Fw@db/farm").ConnectionString("x"), StringComparison.Ordinal);

    [Theory]
    [InlineData("sqlite:journal.db", "not of the form")]
    [InlineData("postgres://farm:sesame@db", "needs a user, a host and one database")]
    [InlineData("postgres://db/farm", "needs a user, a host and one database")]
    [InlineData("postgres://farm:sesame@db/farm/more", "one database")]
    [InlineData("postgres://farm:ses ame@db:port/farm", "not of the form")]
    [InlineData("postgres://farm:sesame@db/farm?schema=Farm", "schema=Farm: a name of small letters")]
    [InlineData("postgres://farm:sesame@db/farm?schema=a;drop", "a name of small letters")]
    [InlineData("postgres://farm:sesame@db/farm?sslmode=yes", "sslmode=yes: one of disable, allow, prefer")]
    [InlineData("postgres://farm:sesame@db/farm?timeout=3", "timeout is no setting of it; there are schema, connect_timeout")]
    [InlineData("postgres://farm:sesame@db/farm?connect_timeout=0", "connect_timeout=0: from 1 to 60 seconds")]
    public void Parse_WrongUrl_SaysWhatIsWrongAndKeepsThePassword(string url, string says)
    {
        var error = Assert.Throws<StyleFarmException>(() => PostgresAddress.Parse(url));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(ErrorCode.BadUsage, error.Code);
    }
}
