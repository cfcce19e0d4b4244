using System.Security.Cryptography;
using StyleFarm.Messages;
using StyleFarm.StyleTransfer.Files;

namespace StyleFarm.Cli.Farm.Requests;

/// <summary>Keeps a list that came through a pipe, so that the job can be read again after an interruption.</summary>
static class ListSpool
{
    /// <summary>Saves a list under the hash of its content and gives its absolute path.</summary>
    /// <param name="list">One path a line.</param>
    /// <param name="state">The state folder.</param>
    /// <exception cref="StyleFarmException">BadInput: the folder cannot be written. OutOfResources: the disk is full.</exception>
    public static string Save(Stream list, string state)
    {
        var folder = Path.GetFullPath(Path.Combine(state, "lists"));
        var arriving = Path.Combine(folder, $"arriving-{Environment.ProcessId}");
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            AtomicFile.Write(arriving, file => Copy(list, file, hash));
            var path = Path.Combine(folder, $"{Convert.ToHexStringLower(hash.GetHashAndReset())[..32]}.txt");
            File.Move(arriving, path, overwrite: true);
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw AtomicFile.WriteFailure(arriving, e);
        }
    }

    static void Copy(Stream list, Stream file, IncrementalHash hash)
    {
        var buffer = new byte[1 << 16];
        for (int count; (count = list.Read(buffer)) > 0;)
        {
            hash.AppendData(buffer, 0, count);
            file.Write(buffer, 0, count);
        }
    }
}
