namespace StyleFarm.Backends.Backups;

/// <summary>How far a backup or a restore has come.</summary>
/// <param name="Objects">How many objects were looked at.</param>
/// <param name="Copied">How many of them were copied; the others were there already.</param>
/// <param name="Bytes">The size of those that were copied.</param>
/// <param name="Of">How many there are; null while that is not known.</param>
public readonly record struct BackupProgress(long Objects, long Copied, long Bytes, long? Of);
