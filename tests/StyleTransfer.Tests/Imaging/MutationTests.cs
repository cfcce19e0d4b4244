using System.Globalization;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Imaging;

/// <summary>Files hit at random: each either loads or is refused in one line, and none takes the process down.</summary>
public sealed class MutationTests
{
    static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("STYLEFARM_MUTATIONS") ?? "60", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("in.jpg", "profile=p3")]
    [InlineData("in.jpg", "interlace=true")]
    [InlineData("in.png", "profile=p3")]
    [InlineData("in.png", "interlace=true,palette=true")]
    [InlineData("in.webp", "profile=p3")]
    [InlineData("in.tif", "compression=lzw,predictor=horizontal")]
    [InlineData("in.tif", "compression=deflate,tile=true,tile-width=16,tile-height=16")]
    [InlineData("in.gif", "")]
    [InlineData("in.heic", "")]
    public void A_mutated_file_loads_or_is_refused(string name, string options)
    {
        Assert.SkipWhen(name.EndsWith(".heic") && !VipsLibrary.CanLoad(ImageFormat.Heif), "this libvips has no HEIF");
        using var folder = new TempFolder();
        var picture = Pictures.Gradient(40, 28);
        VipsFixture.Write(folder[name], Pictures.ToBytes(picture), 40, 28, 3, VipsFixture.Rgb, options);
        var whole = File.ReadAllBytes(folder[name]);
        Assert.Equal(picture.Size, ImageFile.Load(folder[name], SizeSpec.Original).Size);

        for (var round = 0; round < Rounds; round++)
        {
            File.WriteAllBytes(folder[name], Mutate(whole, (uint)round));
            try
            {
                ImageFile.Load(folder[name], SizeSpec.LongSide(16), new() { MaxPixels = 4_000_000 });
            }
            catch (StyleFarmException e)
            {
                Assert.True(e.Code == ErrorCode.BadInput, $"round {round}: {e}");
                Assert.Matches($"^{folder[name]}: [^\n]+; [^\n]+$", e.Message);
            }
        }
    }

    // A few bytes changed, most often near the start, where the structure is; sometimes a piece cut out.
    static byte[] Mutate(byte[] whole, uint seed)
    {
        var dice = Pictures.Bytes(64, seed);
        var copy = (byte[])whole.Clone();
        for (var hit = 0; hit <= dice[0] % 6; hit++)
        {
            var reach = dice[8 * hit + 1] % 3 == 0 ? copy.Length : Math.Min(copy.Length, 200);
            copy[(dice[8 * hit + 2] * 256 + dice[8 * hit + 3]) % reach] = dice[8 * hit + 4];
        }
        if (dice[60] % 5 != 0)
            return copy;
        var from = dice[61] * copy.Length / 256;
        return [.. copy[..from], .. copy[Math.Min(copy.Length, from + dice[62])..]];
    }
}
