namespace StyleFarm.Cli.Farm.Archive;

/// <summary>What a listing comes upon.</summary>
abstract record ArchiveEntry;

/// <summary>A picture, or a file that was named as one.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Shown">As the user would write it.</param>
/// <param name="Folder">Where it lies below the folder that was named, with '/' between the parts; empty at the top.</param>
/// <param name="IsAmbiguous">Whether another picture of the listing lies beside it that differs in its extension only.</param>
sealed record ArchivePicture(string Path, string Shown, string Folder, bool IsAmbiguous) : ArchiveEntry;

/// <summary>Something that cannot be listed; the rest can.</summary>
/// <param name="Shown">As the user would write it.</param>
/// <param name="Reason">One line for people.</param>
sealed record ArchiveFault(string Shown, string Reason) : ArchiveEntry;
