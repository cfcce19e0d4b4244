using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Tests.Children;

/// <summary>A process of its own that does one thing until it is killed.</summary>
static partial class Child
{
    public const string Switch = "--child";

    /// <summary>The exit code where a library is not there.</summary>
    public const int NoSuchLibrary = 3;

    const int BindNow = 2;
    const int ForAll = 0x100;

    /// <summary>Starts this program again; its standard streams are redirected.</summary>
    public static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.ArgumentList.Add(Switch);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    public static Task<int> RunAsync(string[] arguments) => arguments switch
    {
        ["append", var path] => AppendAsync(path),
        ["lock", var folder] => HoldAsync(folder),
        ["put", var folder] => PutAsync(folder),
        ["node", var address] => EchoNode.RunAsync(address),
        ["sqlite-beside", var library, var file] => Task.FromResult(SqliteBeside(library, file)),
        ["lead", var url, var lease] => LeadingWriter.RunAsync(url, lease),
        ["heartbeat", var guard, var fault] => HeartbeatChild.RunAsync(isGuarded: guard == "guarded", isThatFault: fault == "that"),
        ["listen", var url, var address] => RabbitChild.ListenAsync(url, address),
        _ => Task.FromResult(2),
    };

    // Names each batch's last record once it is acknowledged.
    static async Task<int> AppendAsync(string path)
    {
        var journal = new SqliteJournal(path);
        await journal.OpenAsync(CancellationToken.None);
        for (var next = 1L; ; next += 3)
        {
            var batch = Enumerable.Range(0, 3).Select(i => new JournalEntry(next + i, "test", Payload(next + i))).ToList();
            await journal.AppendAsync(batch, CancellationToken.None);
            Console.WriteLine((next + 2).ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What the record of a sequence holds.</summary>
    public static byte[] Payload(long sequence) =>
        [.. Enumerable.Range(0, 200 + (int)(sequence % 100)).Select(i => (byte)(sequence * 31 + i))];

    /// <summary>Prints the version of SQLite that a file is opened with, and the one that its own calls end in.</summary>
    static int SqliteBeside(string library, string file)
    {
        // As a library that is linked with another SQLite brings it into the process: for everybody.
        if (dlopen(library, BindNow | ForAll) == 0) return NoSuchLibrary;
        using var connection = SqliteFile.Open(file, isDurable: false);
        using var command = connection.CreateCommand();
        command.CommandText = "select sqlite_version()";
        Console.WriteLine($"{connection.ServerVersion} {command.ExecuteScalar()}");
        return 0;
    }

    static async Task<int> HoldAsync(string folder)
    {
        using var held = StateLock.Acquire(folder);
        Console.WriteLine("held");
        await Console.In.ReadLineAsync();
        return 0;
    }

    static async Task<int> PutAsync(string folder)
    {
        var store = new DirectoryObjectStore(folder);
        for (var i = 0; ; i++)
        {
            await store.PutAsync(new StoreKey("a/object"), Payload(i), CancellationToken.None);
            Console.WriteLine(i.ToString(CultureInfo.InvariantCulture));
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint dlopen(string path, int flags);
}
