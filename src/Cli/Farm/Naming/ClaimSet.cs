using System.Security.Cryptography;
using System.Text;

namespace StyleFarm.Cli.Farm.Naming;

/// <summary>
/// Names that are taken, and by which input. Made for very many: a name costs 36 bytes, its input about as many as it differs from the
/// one before it.
/// </summary>
sealed class ClaimSet
{
    const int RestartEvery = 16;

    readonly Dictionary<UInt128, int> _owners = [];
    readonly List<byte> _paths = [];
    readonly List<int> _restarts = [];
    byte[] _last = [];

    /// <summary>How many names are taken.</summary>
    public int Count => _owners.Count;

    /// <summary>Takes a name for an input.</summary>
    /// <returns>The input that has it already, or null when it was free.</returns>
    public string? Claim(string name, string input)
    {
        var key = KeyOf(name);
        if (_owners.TryGetValue(key, out var owner)) return PathAt(owner);
        _owners.Add(key, Append(input));
        return null;
    }

    int Append(string input)
    {
        var path = Encoding.UTF8.GetBytes(input);
        var index = _owners.Count;
        if (index % RestartEvery == 0)
        {
            _restarts.Add(_paths.Count);
            _last = [];
        }

        var shared = _last.AsSpan().CommonPrefixLength(path);
        Number(shared);
        Number(path.Length - shared);
        _paths.AddRange(path.AsSpan(shared));
        _last = path;
        return index;
    }

    string PathAt(int index)
    {
        var at = _restarts[index / RestartEvery];
        var path = new List<byte>();
        for (var i = index / RestartEvery * RestartEvery; i <= index; i++)
        {
            var shared = ReadNumber(ref at);
            var own = ReadNumber(ref at);
            path.RemoveRange(shared, path.Count - shared);
            path.AddRange(_paths.GetRange(at, own));
            at += own;
        }

        return Encoding.UTF8.GetString([.. path]);
    }

    void Number(int value)
    {
        for (; value >= 0x80; value >>= 7) _paths.Add((byte)(value | 0x80));
        _paths.Add((byte)value);
    }

    int ReadNumber(ref int at)
    {
        var value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = _paths[at++];
            value |= (part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
    }

    static UInt128 KeyOf(string name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        return new UInt128(BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]));
    }
}
