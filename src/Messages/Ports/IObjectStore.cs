namespace StyleFarm.Messages.Ports;

/// <summary>An object in the store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Modified">When it was written.</param>
public readonly record struct StoredObject(StoreKey Key, long SizeBytes, DateTimeOffset Modified);

/// <summary>
/// Where images, checkpoints and results are kept. An object appears whole or not at all; a put over an existing key replaces it, whole.
/// Nothing relies on conditional writes: keys that two writers could fight over carry an attempt number. Safe for many callers at once.
/// </summary>
public interface IObjectStore
{
    /// <summary>Where it is, for people; holds no secret.</summary>
    string Description { get; }

    /// <summary>Writes an object; durable when the task completes.</summary>
    /// <exception cref="StoreException">It could not be written.</exception>
    Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The whole object, or null when there is none.</summary>
    /// <exception cref="StoreException">It could not be read.</exception>
    Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken);

    /// <summary>Whether there is such an object.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken);

    /// <summary>The objects whose keys begin with this folder and a slash, in order of their keys; objects still being written are not among them.</summary>
    /// <exception cref="StoreException">The store does not answer.</exception>
    IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, CancellationToken cancellationToken);

    /// <summary>Copies an object within the store; the copy appears whole.</summary>
    /// <exception cref="StoreException">There is no such object, or it could not be copied.</exception>
    Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken);

    /// <summary>Removes an object; none there is no error.</summary>
    /// <exception cref="StoreException">It could not be removed.</exception>
    Task DeleteAsync(StoreKey key, CancellationToken cancellationToken);
}

/// <summary>A failure of the store.</summary>
/// <param name="message">One line that names the key, what happened and the remedy.</param>
/// <param name="isTransient">Whether it may work later: no answer, a full disk. Not: no permission.</param>
/// <param name="inner">The cause.</param>
public sealed class StoreException(string message, bool isTransient, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether it may work later.</summary>
    public bool IsTransient { get; } = isTransient;
}
