using StyleFarm.StyleTransfer.Files;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Tests.Weights;
using StyleFarm.TestKit;

namespace StyleFarm.StyleTransfer.Tests.Files;

public sealed class AtomicFileTests
{
    [Fact]
    public void Write_ThatFails_LeavesTheOldFileAndNothingElse()
    {
        using var folder = new TempFolder();
        var path = folder["a"];
        AtomicFile.Write(path, stream => stream.Write("old"u8));

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("new"u8);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_DiskFull_IsToldAsSuch()
    {
        using var folder = new TempFolder();
        // /dev/full fails every write as a full disk does.
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

        var error = Assert.Throws<StyleFarmException>(() => AtomicFile.Write(folder["a"], _ => full.Write(new byte[1])));

        Assert.Equal(ErrorCode.OutOfResources, error.Code);
        Assert.StartsWith($"{folder["a"]}: the disk is full", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Write_WhereNothingCanBeWritten_NamesTheFile()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["file"], "");
        Directory.CreateDirectory(folder["taken"]);

        Refusal.Of(folder["file/a"], () => AtomicFile.Write(folder["file/a"], _ => { }));
        Refusal.Of(folder["taken"], () => AtomicFile.Write(folder["taken"], _ => { }));
        Refusal.Of("/proc/a", () => AtomicFile.Write("/proc/a", _ => { }));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }
}
