using StyleFarm.Cli.Farm.Archive;

namespace StyleFarm.Cli.Tests.Farm.Archive;

[Collection(Alone.Name)]
public sealed class ListingMemoryTests
{
    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1, 1_000_000)]
    public void A_million_pictures_are_listed_with_one_folder_in_memory(int albums, int picturesEach)
    {
        var folders = new MadeUpFolders(albums, picturesEach);
        var listing = new ArchiveListing(new ArchiveSpec { Inputs = [MadeUpFolders.Root], BaseFolder = "/", IsRecursive = true }, folders);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var (count, held, last) = (0, 0L, "");

        foreach (var entry in listing.List())
        {
            var picture = Assert.IsType<ArchivePicture>(entry);
            if (count++ % 250_000 == 0) held = Math.Max(held, GC.GetTotalMemory(forceFullCollection: true) - before);
            Assert.True(string.CompareOrdinal(last, picture.Path) < 0, $"{last} before {picture.Path}");
            Assert.True(folders.Names <= albums + (count / picturesEach + 1) * picturesEach, "a folder was looked into before its turn");
            last = picture.Path;
        }

        Assert.Equal(1_000_000, count);
        // A name of 15 letters takes 56 bytes, its place in the list 16, and the growing list leaves as much to the pool of arrays.
        Assert.InRange(held, 0, 1_000_000 + Math.Max(albums, picturesEach) * 100L);
    }
}
