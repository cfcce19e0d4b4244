namespace StyleFarm.Backends.Cluster;

/// <summary>What a service does with something that it need not support.</summary>
public enum S3Support
{
    /// <summary>Does what it should.</summary>
    Honoured,

    /// <summary>Takes the request and does not do what it asks for.</summary>
    Ignored,

    /// <summary>Refuses the request.</summary>
    Refused,
}

/// <summary>What a service honours. Nothing here is needed but what <see cref="S3ObjectStore.ProbeAsync"/> fails without.</summary>
/// <param name="Range">Reading a part of an object.</param>
/// <param name="ConditionalPut">If-None-Match on a put: 412 for an object that is there.</param>
/// <param name="Checksums">A CRC-32 that does not fit the content is refused.</param>
/// <param name="MultipartListing">Unfinished uploads can be listed, so that they can be swept.</param>
public sealed record S3Probe(S3Support Range, S3Support ConditionalPut, S3Support Checksums, S3Support MultipartListing)
{
    /// <summary>For people, on one line.</summary>
    public override string ToString() =>
        "put, get, list, copy and multipart work; "
        + $"ranges {Word(Range)}, conditional puts {Word(ConditionalPut)}, checksums {Word(Checksums)}, unfinished uploads {Word(MultipartListing)}";

    static string Word(S3Support support) => support.ToString().ToLowerInvariant();
}
