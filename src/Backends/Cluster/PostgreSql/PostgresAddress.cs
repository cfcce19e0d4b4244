using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Cluster;

/// <summary>
/// Where a journal lies in PostgreSQL: <c>postgres://user:password@host:port/database?schema=NAME&amp;sslmode=verify-full</c>. Several
/// farms can share a database, each with a schema of its own. Without a password, PGPASSWORD and ~/.pgpass are looked at.
/// </summary>
public sealed partial class PostgresAddress
{
    /// <summary>The schema when none is given.</summary>
    public const string StandardSchema = "stylefarm";

    const int StandardPort = 5432;
    const int ConnectSeconds = 5;
    const int CommandSeconds = 15;

    static readonly Dictionary<string, SslMode> SslModes = new(StringComparer.Ordinal)
    {
        ["disable"] = SslMode.Disable,
        ["allow"] = SslMode.Allow,
        ["prefer"] = SslMode.Prefer,
        ["require"] = SslMode.Require,
        ["verify-ca"] = SslMode.VerifyCA,
        ["verify-full"] = SslMode.VerifyFull,
    };

    readonly NpgsqlConnectionStringBuilder _connection;

    PostgresAddress(NpgsqlConnectionStringBuilder connection, string schema)
    {
        (_connection, Schema) = (connection, schema);
        var other = schema == StandardSchema ? "" : $"?schema={schema}";
        Description = string.Create(CultureInfo.InvariantCulture, $"postgres://{Host}:{connection.Port}/{Database}{other}");
    }

    /// <summary>Where it is, for people; holds no secret.</summary>
    public string Description { get; }

    /// <summary>The schema that the journal's tables are in.</summary>
    public string Schema { get; }

    internal string Host => _connection.Host!;

    internal string Database => _connection.Database!;

    internal string User => _connection.Username!;

    /// <summary>Reads an address.</summary>
    /// <exception cref="StyleFarmException">It has another form. The address itself is not shown: it may hold a password.</exception>
    public static PostgresAddress Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql"))
            throw Wrong("it is not of the form postgres://user:password@host:port/database; write special characters of the password as %XX");
        var user = uri.UserInfo.Split(':', 2);
        var database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/'));
        if (uri.Host.Length == 0 || user[0].Length == 0 || database.Length == 0 || database.Contains('/'))
            throw Wrong("it needs a user, a host and one database: postgres://user:password@host:port/database");
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Trim('[', ']'),
            Port = uri.Port > 0 ? uri.Port : StandardPort,
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            Database = database,
            // Each journal has one connection of its own, which must not outlive it in a pool: the server would think that it still lives.
            Pooling = false,
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            MaxAutoPrepare = 20,
            TcpKeepAlive = true,
            IncludeErrorDetail = false,
        };
        return new PostgresAddress(connection, ReadQuery(uri.Query, connection));
    }

    /// <summary>What Npgsql takes; holds the password.</summary>
    internal string ConnectionString(string applicationName) =>
        new NpgsqlConnectionStringBuilder(_connection.ConnectionString) { ApplicationName = applicationName, SearchPath = Schema }.ConnectionString;

    static string ReadQuery(string query, NpgsqlConnectionStringBuilder connection)
    {
        var schema = StandardSchema;
        foreach (var (name, value) in UrlQuery.Of(query))
            switch (name)
            {
                case "schema" when SchemaForm().IsMatch(value): schema = value; break;
                case "schema": throw Wrong($"schema={value}: a name of small letters, digits and '_' that does not begin with a digit");
                case "sslmode" when SslModes.TryGetValue(value, out var mode): connection.SslMode = mode; break;
                case "sslmode": throw Wrong($"sslmode={value}: one of {string.Join(", ", SslModes.Keys)}");
                case "connect_timeout" when int.TryParse(value, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= 60:
                    connection.Timeout = seconds;
                    break;
                case "connect_timeout": throw Wrong($"connect_timeout={value}: from 1 to 60 seconds");
                case "sslrootcert": connection.RootCertificate = value; break;
                case "sslcert": connection.SslCertificate = value; break;
                case "sslkey": connection.SslKey = value; break;
                default: throw Wrong($"{name} is no setting of it; there are schema, connect_timeout, sslmode, sslrootcert, sslcert and sslkey");
            }

        return schema;
    }

    static StyleFarmException Wrong(string what) => StyleFarmException.BadUsage($"the address of the journal: {what}");

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,50}$")]
    private static partial Regex SchemaForm();
}
