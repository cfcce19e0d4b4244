using StyleFarm.GpuNode.Rendering;

namespace StyleFarm.GpuNode.Tests.Rendering;

public sealed class MemoryLadderTests
{
    [Theory]
    [InlineData(16, 16, 16)]
    [InlineData(16, 100, 16)]
    [InlineData(16, 15, 8)]
    [InlineData(10, 4, 4)]
    [InlineData(9, 4, 3)]
    [InlineData(5, 1, 1)]
    public void Batches_are_few_and_even(int cells, int most, int size) => Assert.Equal(size, MemoryLadder.EvenSize(cells, most));
}
