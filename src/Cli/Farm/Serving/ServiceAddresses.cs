using StyleFarm.Backends.Cluster;
using StyleFarm.Messages;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>Where a farm's three services are, as given; parsed, so that all mistakes are told at once.</summary>
sealed record ServiceAddresses
{
    /// <summary><c>local</c>: within this process.</summary>
    public const string Local = "local";

    const string FolderScheme = "dir:";
    const string SqliteScheme = "sqlite:";

    /// <summary>The broker; null: no other process takes part.</summary>
    public RabbitAddress? Broker { get; private init; }

    /// <summary>The database of the journal; null: <see cref="JournalFile"/>.</summary>
    public PostgresAddress? Database { get; private init; }

    /// <summary>The journal as one file.</summary>
    public string JournalFile { get; private init; } = "";

    /// <summary>The bucket; null: <see cref="Folder"/>.</summary>
    public S3Address? Bucket { get; private init; }

    /// <summary>The store as a folder.</summary>
    public string Folder { get; private init; } = "";

    /// <summary>Parses the addresses; the journal's may be left out where none is needed.</summary>
    /// <param name="fabric"><c>local</c> or <c>amqp://…</c>.</param>
    /// <param name="journal"><c>sqlite:PATH</c> or <c>postgres://…</c>.</param>
    /// <param name="store"><c>dir:PATH</c> or <c>s3://…</c>.</param>
    /// <param name="faults">Takes one line for each address that cannot be used.</param>
    public static ServiceAddresses Parse(string fabric, string? journal, string store, List<string> faults)
    {
        var addresses = new ServiceAddresses();
        Try(() => addresses = fabric == Local ? addresses : addresses with { Broker = RabbitAddress.Parse(fabric) });
        Try(() => addresses = store.StartsWith("s3://", StringComparison.Ordinal)
            ? addresses with { Bucket = S3Address.Parse(store) }
            : addresses with { Folder = PathAfter(FolderScheme, store, "--store", "dir:PATH or s3://BUCKET/PREFIX?endpoint=URL") });
        if (journal is not null)
            Try(() => addresses = journal.StartsWith("postgres", StringComparison.Ordinal)
                ? addresses with { Database = PostgresAddress.Parse(journal) }
                : addresses with { JournalFile = PathAfter(SqliteScheme, journal, "--journal", "sqlite:PATH or postgres://USER:PASSWORD@HOST/DB") });
        return addresses;

        void Try(Action parse)
        {
            try
            {
                parse();
            }
            catch (StyleFarmException e)
            {
                faults.Add(e.Message);
            }
        }
    }

    static string PathAfter(string scheme, string text, string option, string forms) =>
        text.StartsWith(scheme, StringComparison.Ordinal) && text.Length > scheme.Length
            ? Path.GetFullPath(text[scheme.Length..])
            : throw StyleFarmException.BadUsage($"{option}: give {forms}");
}
