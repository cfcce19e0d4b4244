using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Tests.Contracts;

/// <summary>What every object store does. A backend's own class says how to open it.</summary>
public abstract class ObjectStoreContract
{
    /// <summary>A store that is empty at first; the same each time in one test.</summary>
    protected abstract IObjectStore Store { get; }

    /// <summary>How often a key is written over while it is read.</summary>
    protected virtual int Overwrites => 60;

    /// <summary>How often in a row a key may seem to be gone while it is written over.</summary>
    protected virtual int MissesWhileReplaced => 0;

    /// <summary>How many objects are many: more than a page.</summary>
    protected virtual int Many => 300;

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    static readonly StoreKey Key = new("cells/0a/result.png");

    [Fact]
    public async Task What_was_put_is_got_and_exists()
    {
        await Store.PutAsync(Key, Bytes(5000), Stop);

        Assert.Equal(Bytes(5000), await Store.GetAsync(Key, Stop));
        Assert.True(await Store.ExistsAsync(Key, Stop));
    }

    [Theory]
    [InlineData("cells/0a/result.png")]
    [InlineData("nothing")]
    [InlineData("cells")]
    [InlineData("cells/0a/other")]
    public async Task What_was_never_put_is_not_there(string key)
    {
        await Store.PutAsync(new StoreKey("cells/0a/neighbour"), Bytes(1), Stop);

        Assert.Null(await Store.GetAsync(new StoreKey(key), Stop));
        Assert.False(await Store.ExistsAsync(new StoreKey(key), Stop));
        await Store.DeleteAsync(new StoreKey("nothing/at/all"), Stop);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task An_object_may_have_any_size(int size)
    {
        await Store.PutAsync(Key, Bytes(size), Stop);

        Assert.Equal(Bytes(size), await Store.GetAsync(Key, Stop));
        Assert.Equal(size, Assert.Single(await ListAsync("cells")).SizeBytes);
    }

    [Fact]
    public async Task A_second_put_replaces_the_first_whole()
    {
        await Store.PutAsync(Key, Bytes(9000), Stop);
        await Store.PutAsync(Key, Bytes(10, seed: 2), Stop);

        Assert.Equal(Bytes(10, seed: 2), await Store.GetAsync(Key, Stop));
    }

    [Fact]
    public async Task Listing_is_in_the_order_of_whole_keys_and_stays_in_the_folder()
    {
        string[] keys = ["a/b", "a-b", "a/b-c/d", "a/b.c", "a/b/x", "a/b0", "a/B", "a0/b", "a/_", "a/c/d/e/f"];
        // "a/b" cannot be both an object and a folder in every store.
        foreach (var key in keys[1..]) await Store.PutAsync(new StoreKey(key), Bytes(3), Stop);

        Assert.Equal(
            ["a/B", "a/_", "a/b-c/d", "a/b.c", "a/b/x", "a/b0", "a/c/d/e/f"], (await ListAsync("a")).Select(found => found.Key.ToString()));
        Assert.Equal(["a/b/x"], (await ListAsync("a/b")).Select(found => found.Key.ToString()));
        Assert.Empty(await ListAsync("z"));
    }

    [Fact]
    public async Task Many_objects_are_all_listed()
    {
        await Parallel.ForAsync(0, Many, Stop, async (i, token) => await Store.PutAsync(new StoreKey($"many/{i % 7}/{i:D4}"), Bytes(i % 3), token));

        var found = await ListAsync("many");

        Assert.Equal(Many, found.Count);
        Assert.Equal(found.Select(one => one.Key.ToString()).Order(StringComparer.Ordinal), found.Select(one => one.Key.ToString()));
    }

    [Fact]
    public async Task A_deleted_object_is_gone_and_can_be_put_again()
    {
        await Store.PutAsync(Key, Bytes(5), Stop);

        await Store.DeleteAsync(Key, Stop);

        Assert.False(await Store.ExistsAsync(Key, Stop));
        Assert.Empty(await ListAsync("cells"));
        await Store.PutAsync(Key, Bytes(6), Stop);
        Assert.Equal(6, (await Store.GetAsync(Key, Stop))!.Length);
    }

    [Fact]
    public async Task A_copy_has_the_same_bytes_and_replaces_what_was_there()
    {
        var to = new StoreKey("elsewhere/copy.png");
        await Store.PutAsync(Key, Bytes(2_500_000), Stop);
        await Store.PutAsync(to, Bytes(10), Stop);

        await Store.CopyAsync(Key, to, Stop);

        Assert.Equal(Bytes(2_500_000), await Store.GetAsync(to, Stop));
        Assert.Equal(Bytes(2_500_000), await Store.GetAsync(Key, Stop));
    }

    [Fact]
    public async Task Nothing_cannot_be_copied()
    {
        var error = await Assert.ThrowsAsync<StoreException>(() => Store.CopyAsync(Key, new StoreKey("copy"), Stop));

        Assert.False(error.IsTransient);
        Assert.Contains("no such object", error.Message, StringComparison.Ordinal);
        Assert.False(await Store.ExistsAsync(new StoreKey("copy"), Stop));
    }

    [Fact]
    public async Task Readers_of_a_key_that_is_written_over_and_over_see_one_whole_object_each_time()
    {
        var sizes = new[] { 100, 70_000, 1_000_000 };
        await Store.PutAsync(Key, Filled(0, sizes[0]), Stop);
        var writers = Enumerable.Range(0, 2).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < Overwrites; i++)
                if (i % 10 == 9) await Store.CopyAsync(Key, Key, Stop);
                else await Store.PutAsync(Key, Filled((byte)(2 * i + writer), sizes[i % 3]), Stop);
        }, Stop)).ToArray();
        var reads = 0;
        while (!writers.All(writer => writer.IsCompleted) || reads == 0)
        {
            var found = await Store.GetAsync(Key, Stop);
            for (var again = 0; found is null && again < MissesWhileReplaced; again++) found = await Store.GetAsync(Key, Stop);
            Assert.NotNull(found);
            Assert.Contains(found.Length, sizes);
            Assert.Equal(-1, found.AsSpan().IndexOfAnyExcept(found[0]));
            Assert.Equal("cells/0a/result.png", Assert.Single(await ListAsync("cells")).Key.ToString());
            reads++;
        }

        await Task.WhenAll(writers);
    }

    [Fact]
    public async Task A_default_key_names_nothing()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.PutAsync(default, Bytes(1), Stop));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Store.GetAsync(default, Stop));
    }

    [Fact]
    public async Task A_cancelled_put_leaves_what_was_there()
    {
        await Store.PutAsync(Key, Bytes(5), Stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync(Key, Bytes(6), new CancellationToken(canceled: true)));

        Assert.Equal(Bytes(5), await Store.GetAsync(Key, Stop));
    }

    protected async Task<List<StoredObject>> ListAsync(string folder)
    {
        var all = new List<StoredObject>();
        await foreach (var found in Store.ListAsync(new StoreKey(folder), Stop)) all.Add(found);
        return all;
    }

    protected static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    static byte[] Filled(byte value, int count)
    {
        var bytes = new byte[count];
        bytes.AsSpan().Fill(value);
        return bytes;
    }
}
