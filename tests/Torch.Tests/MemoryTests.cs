using static StyleFarm.Torch.torch;

namespace StyleFarm.Torch.Tests;

/// <summary>The caching allocator's book-keeping. Blocks of 64 KiB and more are kept; what is smaller goes back to malloc.</summary>
public sealed class MemoryTests : NativeTest
{
    const long Block = 1 << 20;

    public MemoryTests()
    {
        memory.empty_cache(CPU);
        memory.reset_peak(CPU);
    }

    [Fact]
    public void Live_bytes_are_counted()
    {
        var before = memory.statistics(CPU);

        var made = empty([Block], uint8);
        Assert.Equal(before.Live + Block, memory.statistics(CPU).Live);

        made.Dispose();
        Assert.Equal(before.Live, memory.statistics(CPU).Live);
    }

    [Fact]
    public void A_freed_block_serves_the_next_request_of_its_size()
    {
        empty([Block], uint8).Dispose();
        Assert.Equal(Block, memory.statistics(CPU).Cached);

        var other = empty([Block + 64], uint8);
        Assert.Equal(Block, memory.statistics(CPU).Cached);

        var same = empty([Block / 4], float32);
        Assert.Equal(0, memory.statistics(CPU).Cached);

        other.Dispose();
        same.Dispose();
        Assert.Equal(2 * Block + 64, memory.statistics(CPU).Cached);
        memory.empty_cache(CPU);
        Assert.Equal(0, memory.statistics(CPU).Cached);
    }

    [Fact]
    public void A_block_is_really_reused()
    {
        var first = full([Block], 7, uint8);
        first.Dispose();

        // Uninitialised memory still holds what the block held before.
        var again = empty([Block], uint8);

        Assert.Equal(7, again.narrow(0, Block / 2, 1).ToDouble());
    }

    [Fact]
    public void Small_blocks_are_not_kept()
    {
        empty([(64 << 10) - 1], uint8).Dispose();
        Assert.Equal(0, memory.statistics(CPU).Cached);

        empty([64 << 10], uint8).Dispose();
        Assert.Equal(64 << 10, memory.statistics(CPU).Cached);
    }

    [Fact]
    public void Peak_is_the_most_at_once_since_the_reset()
    {
        var before = memory.statistics(CPU).Live;
        empty([3 * Block], uint8).Dispose();
        empty([2 * Block], uint8).Dispose();
        Assert.Equal(before + 3 * Block, memory.statistics(CPU).Peak);

        memory.reset_peak(CPU);
        Assert.Equal(before, memory.statistics(CPU).Peak);
        using var two = empty([2 * Block], uint8);
        using var one = empty([Block], uint8);
        Assert.Equal(before + 3 * Block, memory.statistics(CPU).Peak);
    }

    [Fact]
    public void Repeating_a_computation_asks_the_system_for_nothing()
    {
        var a = Random(61, float32, 64, 1024);
        Compute();
        var warm = memory.statistics(CPU);

        for (var i = 0; i < 5; i++) Compute();

        Assert.Equal(warm, memory.statistics(CPU));

        void Compute()
        {
            using var scope = NewDisposeScope();
            _ = (a + a).square().sqrt() * 2;
        }
    }

    [Fact]
    public void Threads_share_the_cache_without_losing_count()
    {
        var before = memory.statistics(CPU).Live;

        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var scope = NewDisposeScope();
            var made = full([Block + i % 3 * 64], i % 7, uint8);
            Assert.Equal(i % 7, made.max().ToDouble());
        });

        var after = memory.statistics(CPU);
        Assert.Equal(before, after.Live);
        Assert.InRange(after.Cached, Block, 12 * (Block + 128));
    }
}
