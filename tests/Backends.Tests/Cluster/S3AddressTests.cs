using StyleFarm.Backends.Cluster;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class S3AddressTests
{
    [Theory]
    [InlineData("s3://pictures", "s3://pictures in us-east-1", "")]
    [InlineData("s3://pictures/farm/one/?region=eu-west-1", "s3://pictures/farm/one in eu-west-1", "farm/one/")]
    [InlineData("s3://pictures/farm?endpoint=http://minio:9000", "s3://pictures/farm at http://minio:9000", "farm/")]
    [InlineData("s3://pictures?endpoint=https%3A%2F%2Fminio%3A9000", "s3://pictures at https://minio:9000", "")]
    public void Parse_Url_IsDescribed(string url, string description, string prefix)
    {
        var address = S3Address.Parse(url);

        Assert.Equal((description, prefix), (address.Description, address.Prefix));
    }

    [Theory]
    [InlineData("dir:store", "not of the form s3://")]
    [InlineData("s3://", "the name of the bucket")]
    [InlineData("s3://Pictures", "the name of the bucket")]
    [InlineData("s3://pictures/a b", "the prefix must consist of")]
    [InlineData("s3://pictures/../up", "the prefix must consist of")]
    [InlineData("s3://pictures?endpoint=minio:9000", "of the form http://host:port")]
    [InlineData("s3://pictures?endpoint=http://key:sesame@minio:9000", "keys belong into AWS_ACCESS_KEY_ID")]
    [InlineData("s3://pictures?endpoint=http://minio:9000/pictures", "only http(s)://host:port")]
    [InlineData("s3://pictures?style=none", "style must be path or virtual")]
    [InlineData("s3://pictures?ca=/no/such.pem", "ca=/no/such.pem: there is no such file")]
    [InlineData("s3://pictures?secret=sesame", "secret is no setting of it; there are endpoint, region, style and ca")]
    public void Parse_WrongUrl_SaysWhatIsWrong(string url, string says)
    {
        var error = Assert.Throws<StyleFarmException>(() => S3Address.Parse(url));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);
        Assert.Equal(ErrorCode.BadUsage, error.Code);
    }

    [Theory]
    [InlineData(null, null, "AWS_ACCESS_KEY_ID is not set")]
    [InlineData("", "sesame", "AWS_ACCESS_KEY_ID is not set")]
    [InlineData("key", null, "AWS_SECRET_ACCESS_KEY is not set")]
    public void Find_MissingKeys_AreNamed(string? key, string? secret, string says)
    {
        var at = S3Address.Parse("s3://pictures?endpoint=http://minio:9000");

        var error = Assert.Throws<StyleFarmException>(() => S3Credentials.Find(at, Variable));

        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.ToString(), StringComparison.Ordinal);

        string? Variable(string name) => name switch
        {
            "AWS_ACCESS_KEY_ID" => key,
            "AWS_SECRET_ACCESS_KEY" => secret,
            _ => null,
        };
    }

    [Fact]
    public void Find_NoKeysForAmazon_AreLeftToTheSdk() => Assert.Null(S3Credentials.Find(S3Address.Parse("s3://pictures"), _ => null));
}
