namespace StyleFarm.StyleTransfer.Weights;

/// <summary>What a pickle may ask for. A VGG19 file needs a few thousandths of it.</summary>
static class PickleLimits
{
    public const int Opcodes = 1 << 18;
    public const int PickleBytes = 16 << 20;
    public const int MemoEntries = 1 << 17;
    public const int StackDepth = 1 << 16;
    public const int Marks = 128;
    public const int StringBytes = 1 << 16;
    public const int GlobalBytes = 256;
    public const int LongBytes = 32;
    public const int Dimensions = 16;
}
