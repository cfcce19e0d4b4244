using System.Globalization;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Backends.Tests.Children;

/// <summary>A coordinator's process as far as the journal sees it: leads, and appends as fast as it can.</summary>
static class LeadingWriter
{
    /// <summary>The exit code of one that was overtaken.</summary>
    public const int Overtaken = 3;

    /// <summary>The kind of its records.</summary>
    public const string Kind = "child";

    /// <summary>Names each record once it is acknowledged, until it finds that another leads.</summary>
    /// <param name="url">The journal's address.</param>
    /// <param name="leaseMilliseconds">Of its leadership.</param>
    public static async Task<int> RunAsync(string url, string leaseMilliseconds)
    {
        var at = PostgresAddress.Parse(url);
        var lease = TimeSpan.FromMilliseconds(int.Parse(leaseMilliseconds, CultureInfo.InvariantCulture));
        var options = new LeadershipOptions { Lease = lease, RenewEvery = lease / 10, Grace = lease / 4, LookEvery = lease / 20 };
        await using var leadership = new PostgresLeadership(at, options, TimeProvider.System);
        await using var journal = new PostgresJournal(at, leadership);
        await leadership.CampaignAsync(Kind, CancellationToken.None);
        await journal.OpenAsync(CancellationToken.None);
        var ends = await Task.WhenAny(leadership.KeepAsync(CancellationToken.None), AppendAsync(journal));
        return ends.Exception?.InnerException is JournalException { IsOvertaken: true } ? Overtaken : 1;
    }

    static async Task AppendAsync(PostgresJournal journal)
    {
        for (var next = 1L; ; next++)
        {
            await journal.AppendAsync([new JournalEntry(next, Kind, Child.Payload(next))], CancellationToken.None);
            Console.WriteLine(next.ToString(CultureInfo.InvariantCulture));
        }
    }
}
