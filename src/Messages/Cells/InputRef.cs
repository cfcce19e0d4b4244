namespace StyleFarm.Messages.Cells;

/// <summary>An input picture that was looked at: what it is, and where a node finds it.</summary>
/// <param name="Sha256">Of the file, 64 lower-case hex digits.</param>
/// <param name="Location">A path that nodes of the same machine can read, or a key of the store (<c>inputs/SHA256</c>).</param>
/// <param name="Width">Upright, in pixels.</param>
/// <param name="Height">Upright, in pixels.</param>
public sealed record InputRef(string Sha256, string Location, int Width, int Height);

/// <summary>A style picture and its part in a blend.</summary>
/// <param name="Input">The picture.</param>
/// <param name="Share">Above 0; the shares of a cell add up to 1.</param>
public sealed record StyleInput(InputRef Input, double Share);
