using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Embedded;

/// <summary>What to tell about a folder that does not store what it should.</summary>
static class StoreFailure
{
    const int InputOutput = 5;
    const int NotAFolder = 20;
    const int NoSpaceLeft = 28;
    const int ReadOnlyFileSystem = 30;
    const int StaleHandle = 116;
    const int QuotaExceeded = 122;

    /// <summary>What the system says about one object.</summary>
    /// <param name="place">The file, for people.</param>
    /// <param name="doing">Such as "written".</param>
    /// <param name="error">What was thrown.</param>
    public static StoreException Of(string place, string doing, Exception error) => NumberOf(error) switch
    {
        NoSpaceLeft or QuotaExceeded => new($"{place}: the disk is full or the quota is used up; free some space there", true, error),
        ReadOnlyFileSystem => NotAllowed(place, doing, error),
        InputOutput or StaleHandle => new($"{place}: cannot be {doing} ({Reason(error)}); look after the disk", true, error),
        _ when error is PathTooLongException =>
            new($"{place}: the name is too long for the file system; use a folder with a shorter path", false, error),
        _ when error is UnauthorizedAccessException => NotAllowed(place, doing, error),
        _ when error is DirectoryNotFoundException or FileNotFoundException =>
            new($"{place}: has gone while it was being {doing}; try again", true, error),
        _ => new($"{place}: cannot be {doing} ({Reason(error)}); choose a store that may be written", false, error),
    };

    /// <summary>The whole store is not there.</summary>
    public static StoreException Gone(string root) =>
        new($"{root}: the folder of the store is not there; was it moved, or is its disk not mounted?", isTransient: true);

    /// <summary>A symbolic link stands where a folder or a file should.</summary>
    public static StoreException Link(string path) => new(
        $"{path}: a symbolic link; the store follows none, so that no key leads out of its folder: put what it points to in its place",
        isTransient: false);

    /// <summary>Whether a part of the path is a file: nothing can be below it.</summary>
    public static bool IsBelowAFile(Exception error) => NumberOf(error) == NotAFolder;

    // The system's number; exceptions with a type of their own have another one there, from Windows.
    static int NumberOf(Exception error) => error.HResult is > 0 and < 4096 and var number ? number : 0;

    static StoreException NotAllowed(string place, string doing, Exception error) =>
        new($"{place}: may not be {doing} ({Reason(error)}); give this user the right, or choose another folder", false, error);

    static string Reason(Exception error) => error.Message.Split('\n')[0].TrimEnd('.');
}
