using System.Collections;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Embedded;

/// <summary>The objects below a folder in the order of their keys; one folder's names are in memory for each level.</summary>
sealed class FolderWalk(StoreKey folder, string path) : IEnumerable<IReadOnlyList<StoredObject>>
{
    const int Batch = 256;

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public IEnumerator<IReadOnlyList<StoredObject>> GetEnumerator() => Objects(folder.ToString(), path).Chunk(Batch).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    static IEnumerable<StoredObject> Objects(string key, string path)
    {
        foreach (var (name, isFolder) in Names(path))
        {
            var (itsKey, itsPath) = ($"{key}/{name}", Path.Combine(path, name));
            if (!StoreKey.IsValid(itsKey)) continue;
            var file = new FileInfo(itsPath);
            if (file.LinkTarget is not null) throw StoreFailure.Link(itsPath);
            if (isFolder)
                foreach (var found in Objects(itsKey, itsPath)) yield return found;
            else if (file.Exists)
                yield return new StoredObject(new StoreKey(itsKey), file.Length, new DateTimeOffset(file.LastWriteTimeUtc));
        }
    }

    // In the order of whole keys, where what is in the folder "a" comes as "a/", after "a-b" and before "a0".
    static List<(string Name, bool IsFolder)> Names(string path)
    {
        var names = new List<(string Name, bool IsFolder)>();
        try
        {
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything))
                if (entry.Name[0] != '.')
                    names.Add((entry.Name, entry.Attributes.HasFlag(FileAttributes.Directory) && entry.LinkTarget is null));
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was ever written there, or it has just been removed.
        }

        names.Sort((a, b) => string.CompareOrdinal(a.IsFolder ? a.Name + "/" : a.Name, b.IsFolder ? b.Name + "/" : b.Name));
        return names;
    }
}
