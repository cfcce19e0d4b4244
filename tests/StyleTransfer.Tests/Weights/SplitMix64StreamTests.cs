using StyleFarm.StyleTransfer.Weights;

namespace StyleFarm.StyleTransfer.Tests.Weights;

public sealed class SplitMix64StreamTests
{
    // The first numbers of the published SplitMix64 (Vigna, splitmix64.c) for seed 1234567.
    static readonly ulong[] Published =
        [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];

    [Fact]
    public void BitsAt_PublishedSeed_GivesThePublishedNumbers()
    {
        var stream = new SplitMix64Stream(1234567);

        Assert.Equal(Published, Enumerable.Range(0, 5).Select(i => stream.BitsAt((ulong)i)));
    }

    [Fact]
    public void Fill_FromAnyCounter_EqualsAt()
    {
        var stream = new SplitMix64Stream(ulong.MaxValue);
        var values = new float[1000];

        stream.Fill(values, 5_000_000_000);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => stream.At(5_000_000_000 + (ulong)i)), values);
        Assert.All(values, u => Assert.True(u is >= 0 and < 1 && u * (1 << 24) == MathF.Floor(u * (1 << 24))));
    }
}
