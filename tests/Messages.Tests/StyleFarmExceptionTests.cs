namespace StyleFarm.Messages.Tests;

public sealed class StyleFarmExceptionTests
{
    [Fact]
    public void BadInput_carries_its_code_and_message()
    {
        var error = StyleFarmException.BadInput("cat.jpg: not an image");

        Assert.Equal(ErrorCode.BadInput, error.Code);
        Assert.Equal("cat.jpg: not an image", error.Message);
    }
}
