namespace StyleFarm.StyleTransfer.Imaging;

/// <summary>A status other than 0 from the native side; turned into a StyleFarmException where the file's name is known.</summary>
sealed class VipsException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
