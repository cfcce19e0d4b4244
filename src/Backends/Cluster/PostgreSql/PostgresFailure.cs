using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Cluster;

/// <summary>What to tell about a journal in PostgreSQL that does not do what it should. No message holds a password.</summary>
static class PostgresFailure
{
    const string WithoutJournal = "finished pictures stay in the store and are not rendered again";

    /// <summary>A record, or a table, is not as it was written.</summary>
    public static JournalException Damaged(PostgresAddress at, string found, Exception? inner = null) => new(
        $"{at.Description}: {found}; restore a backup, or give another ?schema=: {WithoutJournal}", isTransient: false, inner);

    /// <summary>Another coordinator leads.</summary>
    public static JournalException Overtaken(PostgresAddress at, long epoch, long now) => new(
        $"{at.Description}: another coordinator has taken over (epoch {now}, this one has {epoch}); this one must stop", isTransient: false)
    {
        IsOvertaken = true,
    };

    /// <summary>The journal of a StyleFarm to come.</summary>
    public static JournalException Newer(PostgresAddress at, long found, long known) => new(
        $"{at.Description}: the journal was written by a newer stylefarm (form {found}, known here is {known}); use that version, "
        + $"or give another ?schema=: {WithoutJournal}",
        isTransient: false);

    /// <summary>Tables of something else.</summary>
    public static JournalException Foreign(PostgresAddress at) => new(
        $"{at.Description}: the schema {at.Schema} holds tables of another program; give another with ?schema=", isTransient: false);

    /// <summary>Whether this class has words for an exception.</summary>
    public static bool IsOfServer(Exception error) =>
        error is NpgsqlException or TimeoutException or SocketException or IOException or AuthenticationException;

    /// <summary>
    /// What the server, Npgsql or the system says. A server that once did what it was asked and now refuses may let this program in again:
    /// a password is being changed, say.
    /// </summary>
    public static JournalException Of(PostgresAddress at, Exception error, bool hasServed) =>
        Of(at, error) is { IsTransient: false } refusal && hasServed && !IsOfTables(error)
            ? new JournalException(refusal.Message, isTransient: true, error) : Of(at, error);

    /// <summary>The same of a server that has not been reached before.</summary>
    public static JournalException Of(PostgresAddress at, Exception error) => error switch
    {
        PostgresException refusal => Of(at, refusal),
        { InnerException: AuthenticationException tls } =>
            new(
                $"{at.Description}: no secure connection ({FirstLine(tls)}); check sslmode and sslrootcert, and the server's certificate",
                false, error),
        { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
            new($"{at.Description}: there is no host {at.Host}; check the address of the journal", true, error),
        TimeoutException or { InnerException: TimeoutException } =>
            new($"{at.Description}: the database does not answer in time; is it overloaded, or is a firewall between?", true, error),
        { InnerException: SocketException or IOException } =>
            new($"{at.Description}: no connection ({FirstLine(error.InnerException!)}); is the database running there, and the port right?", true, error),
        _ when error.Message.StartsWith("No password", StringComparison.Ordinal) =>
            new($"{at.Description}: the database wants a password for the user {at.User}; set PGPASSWORD, or put it into the address", false, error),
        _ when error.Message.Contains("SSL", StringComparison.Ordinal) =>
            new($"{at.Description}: the server offers no secure connection; give it a certificate, or set sslmode=prefer", false, error),
        _ => new($"{at.Description}: the connection broke ({FirstLine(error)}); look after the database", true, error),
    };

    static JournalException Of(PostgresAddress at, PostgresException error)
    {
        var (what, isTransient) = error.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword =>
                ($"the password of the user {at.User} is wrong, or there is no such user; check PGPASSWORD or the address of the journal", false),
            PostgresErrorCodes.InvalidAuthorizationSpecification =>
                ($"the server does not let the user {at.User} in ({FirstLine(error)}); check the user and the server's pg_hba.conf", false),
            PostgresErrorCodes.InvalidCatalogName =>
                ($"there is no database {at.Database}; make it: createdb -O {at.User} {at.Database}", false),
            PostgresErrorCodes.InsufficientPrivilege =>
                ($"the user {at.User} has not the right ({FirstLine(error)}); grant it: grant create on database {at.Database} to {at.User}", false),
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                ("the database takes no writes: is it a replica? Give the address of the primary", true),
            PostgresErrorCodes.TooManyConnections =>
                ("the database has no connection to spare; raise max_connections, or close some", true),
            PostgresErrorCodes.DiskFull =>
                ("the disk of the database is full; free some space there, nothing that was acknowledged is lost", true),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted =>
                ($"the database is damaged ({FirstLine(error)}); restore a backup", false),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UniqueViolation =>
                ($"the tables are not those of a journal ({FirstLine(error)}); restore a backup, or give another ?schema=", false),
            _ => ($"the database says {error.SqlState}, {FirstLine(error)}; look after it", true),
        };
        return new JournalException($"{at.Description}: {what}", isTransient, error);
    }

    static bool IsOfTables(Exception error) => error is PostgresException
    {
        SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.UndefinedTable
            or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UniqueViolation
    };

    static string FirstLine(Exception error) =>
        (error is PostgresException server ? server.MessageText : error.Message).Split('\n')[0].TrimEnd('.', ' ');
}
