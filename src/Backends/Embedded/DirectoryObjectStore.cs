using System.Runtime.CompilerServices;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Embedded;

/// <summary>
/// Objects as files below a folder, each under its key. An object is written aside, under a name that begins with a dot and in the
/// folder where it is to stand, brought to the disk and renamed, and the folder is brought to the disk. Names that begin with a dot are
/// no objects, nor are names that no key can have. Several processes may use one folder.
/// </summary>
public sealed class DirectoryObjectStore : IObjectStore
{
    const int BufferBytes = 1 << 20;

    readonly string _root;

    /// <summary>Takes a folder, and makes it if need be.</summary>
    /// <exception cref="StoreException">It is no folder and cannot be made one.</exception>
    public DirectoryObjectStore(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        if (File.Exists(_root))
            throw new StoreException($"{_root}: the store must be a folder, and this is a file; give another path", isTransient: false);
        Tried(_root, "made", () => Directory.CreateDirectory(_root));
    }

    /// <inheritdoc />
    public string Description => $"dir:{_root}";

    /// <inheritdoc />
    public Task PutAsync(StoreKey key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        Task.Run(() => WriteAsync(key, stream => stream.WriteAsync(content, cancellationToken), cancellationToken), cancellationToken);

    /// <inheritdoc />
    public async Task<byte[]?> GetAsync(StoreKey key, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        try
        {
            return await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception error) when (IsOfSystem(error))
        {
            return IsNone(path, error) ? null : throw StoreFailure.Of(path, "read", error);
        }
    }

    /// <inheritdoc />
    public Task<bool> ExistsAsync(StoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(key);
        try
        {
            return Task.FromResult(!File.GetAttributes(path).HasFlag(FileAttributes.Directory));
        }
        catch (Exception error) when (IsOfSystem(error))
        {
            return IsNone(path, error) ? Task.FromResult(false) : throw StoreFailure.Of(path, "looked at", error);
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<StoredObject> ListAsync(StoreKey folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var path = PathOf(folder);
        if (!Directory.Exists(path) && !Directory.Exists(_root)) throw StoreFailure.Gone(_root);
        using var walk = new FolderWalk(folder, path).GetEnumerator();
        while (await Task.Run(() => Tried(path, "listed", walk.MoveNext), cancellationToken))
            foreach (var found in walk.Current)
                yield return found;
    }

    /// <inheritdoc />
    public async Task CopyAsync(StoreKey from, StoreKey to, CancellationToken cancellationToken)
    {
        var source = PathOf(from);
        try
        {
            await using var content = new FileStream(
                source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, useAsync: true);
            await WriteAsync(to, Copied, cancellationToken);

            ValueTask Copied(Stream stream)
            {
                content.Position = 0;
                return new ValueTask(content.CopyToAsync(stream, BufferBytes, cancellationToken));
            }
        }
        catch (Exception error) when (IsOfSystem(error))
        {
            throw IsNone(source, error)
                ? new StoreException($"{source}: there is no such object to copy", false, error)
                : StoreFailure.Of(source, "read", error);
        }
    }

    /// <inheritdoc />
    public Task DeleteAsync(StoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(key);
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (IsOfSystem(error))
        {
            if (!IsNone(path, error)) throw StoreFailure.Of(path, "removed", error);
        }

        return Task.CompletedTask;
    }

    /// <summary>Removes what killed processes left half written; what was begun after this process started is left alone.</summary>
    /// <returns>How many files were removed.</returns>
    /// <exception cref="StoreException">One could not be removed.</exception>
    public int Sweep(CancellationToken cancellationToken = default) =>
        Tried(_root, "swept", () => Leftover.Sweep(_root, cancellationToken));

    async Task WriteAsync(StoreKey key, Func<Stream, ValueTask> write, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        try
        {
            for (var tries = 1; ; tries++)
                if (await TryWriteAsync(path, write, isLast: tries == 2, cancellationToken)) return;
        }
        catch (Exception error) when (IsOfSystem(error))
        {
            throw Directory.Exists(path)
                ? new StoreException($"{path}: there is a folder where the object should stand; remove it", false, error)
                : StoreFailure.Of(path, "written", error);
        }
    }

    // False when the half-written file has gone: another process, on another machine, took it for a leftover.
    async Task<bool> TryWriteAsync(string path, Func<Stream, ValueTask> write, bool isLast, CancellationToken cancellationToken)
    {
        var temporary = Leftover.NameFor(path);
        MakeFolder(Path.GetDirectoryName(path)!);
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, useAsync: true))
            {
                await write(stream);
                await Task.Run(() => stream.Flush(flushToDisk: true), cancellationToken);
            }

            File.Move(temporary, path, overwrite: true);
            Libc.FlushFolder(Path.GetDirectoryName(path)!);
            return true;
        }
        catch (FileNotFoundException) when (!isLast)
        {
            return false;
        }
        catch
        {
            Leftover.Forget(temporary);
            throw;
        }
    }

    // Each new folder's name is brought to the disk too, else the object in it could vanish with it.
    void MakeFolder(string folder)
    {
        if (Directory.Exists(folder)) return;
        if (folder.Length <= _root.Length) throw StoreFailure.Gone(_root);
        MakeFolder(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder);
        Libc.FlushFolder(Path.GetDirectoryName(folder)!);
    }

    string PathOf(StoreKey key)
    {
        var text = key.ToString();
        ArgumentException.ThrowIfNullOrEmpty(text, nameof(key));
        var path = _root;
        foreach (var part in text.Split('/'))
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null) throw StoreFailure.Link(path);
        }

        return path;
    }

    // A folder is no object; below a file there is none. Where the store itself is gone, nothing is known.
    bool IsNone(string path, Exception error)
    {
        if (!Directory.Exists(_root)) throw StoreFailure.Gone(_root);
        return error is FileNotFoundException or DirectoryNotFoundException || StoreFailure.IsBelowAFile(error) || Directory.Exists(path);
    }

    static bool IsOfSystem(Exception error) => error is IOException or UnauthorizedAccessException;

    static T Tried<T>(string place, string doing, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (IsOfSystem(error))
        {
            throw StoreFailure.Of(place, doing, error);
        }
    }
}
