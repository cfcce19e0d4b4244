using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Bench;

/// <summary>A journal that is made for a measurement, beside any that is there, and removed afterwards.</summary>
sealed class BenchJournal : IAsyncDisposable
{
    readonly PostgresAddress? _database;
    readonly string? _folder;

    BenchJournal(string? folder, PostgresAddress? database)
    {
        (_folder, _database) = (folder, database);
        Journal = database is null ? new SqliteJournal(Path.Combine(folder!, "farm.db")) : new PostgresJournal(database);
    }

    /// <summary>The journal, not open yet.</summary>
    public IJournal Journal { get; }

    /// <summary>The database that it is in; null for a file.</summary>
    public PostgresAddress? Database => _database;

    static int Suffix => Environment.ProcessId;

    /// <summary>What journals can be given.</summary>
    public const string Forms = "sqlite, sqlite:FOLDER or postgres://USER:PASSWORD@HOST/DB";

    /// <summary>Makes one.</summary>
    /// <param name="url"><c>sqlite</c>: in the temporary folder; <c>sqlite:FOLDER</c>; <c>postgres://…</c>: in a schema of its own.</param>
    /// <exception cref="StyleFarmException">None of these.</exception>
    public static BenchJournal Create(string url)
    {
        if (url.StartsWith("postgres", StringComparison.Ordinal))
            return new BenchJournal(null, PostgresAddress.Parse($"{url}{(url.Contains('?') ? '&' : '?')}schema=bench_{Suffix}"));
        if (url == "sqlite") return new BenchJournal(Directory.CreateTempSubdirectory("stylefarm-bench-").FullName, null);
        var parent = url.StartsWith("sqlite:", StringComparison.Ordinal) ? url["sqlite:".Length..] : "";
        if (!Directory.Exists(parent)) throw StyleFarmException.BadUsage($"--journal: give {Forms}; the folder must be there");
        return new BenchJournal(Directory.CreateDirectory(Path.Combine(parent, $"stylefarm-bench-{Suffix}")).FullName, null);
    }

    /// <summary>What it takes on disk now, with indices and logs.</summary>
    public async Task<long> SizeAsync() => _database is null
        ? Directory.EnumerateFiles(_folder!).Sum(file => new FileInfo(file).Length)
        : await PostgresScratch.SizeAsync(_database, CancellationToken.None).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Journal.DisposeAsync().ConfigureAwait(false);
        if (_folder is not null) Directory.Delete(_folder, recursive: true);
        else await PostgresScratch.RemoveAsync(_database!, CancellationToken.None).ConfigureAwait(false);
    }
}
