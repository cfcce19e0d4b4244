using System.Collections.Concurrent;
using System.Security.Cryptography;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.GpuNode.Inputs;

/// <summary>
/// Inputs as files of this machine, each checked against its SHA-256: where it lies if it is a path, else a download from the store, kept
/// up to a number of bytes. Safe for many callers at once.
/// </summary>
sealed class InputCache(IObjectStore store, Patience patience, string folder, long limitBytes, TimeProvider clock)
{
    readonly ConcurrentDictionary<string, (long Length, DateTime Modified, string Hash)> _hashed = new();

    /// <summary>A path that holds exactly this input.</summary>
    /// <exception cref="StyleFarmException">BadInput: it is not there, or is not what it was.</exception>
    /// <exception cref="StoreException">The store refuses for good.</exception>
    public async Task<string> FetchAsync(InputRef input, CancellationToken cancellation)
    {
        if (input.Location == StoreKey.Input(input.Sha256).ToString()) return await DownloadAsync(input, cancellation);
        try
        {
            return HashOf(input.Location) == input.Sha256
                ? input.Location
                : throw StyleFarmException.BadInput($"{input.Location}: changed while the job ran; run the job again");
        }
        catch (StyleFarmException)
        {
            // A path of another machine, or not what it was any more: who planned the cell may have put the picture into the store.
            var key = StoreKey.Input(input.Sha256);
            if (!await patience.RetryAsync(token => store.ExistsAsync(key, token), cancellation)) throw;
            return await DownloadAsync(input with { Location = key.ToString() }, cancellation);
        }
    }

    async Task<string> DownloadAsync(InputRef input, CancellationToken cancellation)
    {
        var path = Path.Combine(folder, input.Sha256);
        if (File.Exists(path) && HashOf(path) == input.Sha256)
        {
            Touch(path);
            return path;
        }

        var content = await patience.RetryAsync(token => store.GetAsync(new StoreKey(input.Location), token), cancellation)
            ?? throw StyleFarmException.BadInput($"{input.Location}: not in the store ({store.Description}); upload the picture again");
        if (Convert.ToHexStringLower(SHA256.HashData(content)) != input.Sha256)
            throw StyleFarmException.BadInput($"{input.Location}: damaged in the store ({store.Description}); upload the picture again");
        MakeRoom(content.Length);
        AtomicFile.Write(path, stream => stream.Write(content));
        return path;
    }

    /// <summary>The hash of a file; not computed again while its size and time are the same.</summary>
    string HashOf(string path)
    {
        try
        {
            var info = new FileInfo(path);
            if (_hashed.TryGetValue(path, out var known) && known.Length == info.Length && known.Modified == info.LastWriteTimeUtc)
                return known.Hash;
            using var stream = info.OpenRead();
            var hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            _hashed[path] = (info.Length, info.LastWriteTimeUtc, hash);
            return hash;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw StyleFarmException.BadInput($"{path}: no such file on this node; put it back, or upload it to the store", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StyleFarmException.BadInput($"{path}: cannot be read ({e.Message.TrimEnd('.')}); check its permissions", e);
        }
    }

    void MakeRoom(long bytes)
    {
        if (!Directory.Exists(folder)) return;
        var files = new DirectoryInfo(folder).GetFiles().OrderBy(file => file.LastAccessTimeUtc).ToList();
        var sum = files.Sum(file => file.Length) + bytes;
        foreach (var file in files.TakeWhile(_ => sum > limitBytes))
        {
            sum -= file.Length;
            _hashed.TryRemove(file.FullName, out _);
            file.Delete();
        }
    }

    void Touch(string path)
    {
        try
        {
            File.SetLastAccessTimeUtc(path, clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only becomes older than it need be.
        }
    }
}
