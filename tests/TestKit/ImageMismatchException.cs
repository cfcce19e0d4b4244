namespace StyleFarm.TestKit;

/// <summary>Two images are not as alike as a test demands.</summary>
public sealed class ImageMismatchException(string message) : Exception(message);
