using System.CommandLine;
using System.Globalization;
using StyleFarm.Backends.Backups;
using StyleFarm.Backends.Embedded;
using StyleFarm.Cli.Farm.Backups;
using StyleFarm.Cli.Farm.Serving;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Commands;

/// <summary>`stylefarm backup --to FOLDER` and `stylefarm restore --from FOLDER`.</summary>
static class BackupCommands
{
    const string BackupLesson =
        """
        Examples:
          stylefarm backup --to /backups/farm                   the farm of .stylefarm in the current folder
          stylefarm backup --to /backups/farm                   a farm on servers, with STYLEFARM_JOURNAL and STYLEFARM_STORE set
          stylefarm backup --to /backups/journal --journal-only where the store is copied by other means

        The farm goes on meanwhile. First the journal is read, as of one moment, then the objects of the store. Given again, also after an
        interruption, it copies only what is new; the backup that was complete stays good until the next one is.
        """;

    const string RestoreLesson =
        """
        Examples:
          stylefarm restore --from /backups/farm --state new    into a farm on this machine; then: stylefarm serve --state new
          stylefarm restore --from /backups/farm --journal 'postgres://farm@db/farm?schema=new' --store 's3://farm/new?endpoint=http://s3'
          stylefarm restore --from /backups/farm --journal-only the journal is lost, the store is well

        Into a farm of any kind, so also from one machine to many. It must be empty, and its servers stopped. Given again after an
        interruption it goes on.
        """;

    static readonly Option<string> To = new("--to") { Description = "The folder for the backup.", HelpName = "FOLDER", Required = true };

    static readonly Option<string> From = new("--from")
    {
        Description = "The folder with the backup.",
        HelpName = "FOLDER",
        Required = true,
    };

    static readonly Option<bool> JournalOnly = new("--journal-only") { Description = "Leave the store out." };

    static readonly Option<bool> SkipDamaged = new("--skip-damaged")
    {
        Description = "Leave objects out whose files in the backup are damaged, and name them; exit code 1.",
    };

    public static IEnumerable<Command> All()
    {
        var backup = new TaughtCommand("backup", "Copy a farm into a folder, also while it works.", BackupLesson)
        {
            To, JournalOnly, ServiceOptions.Config, ServiceOptions.Journal, ServiceOptions.Store, EngineOptions.State, EngineOptions.Json,
        };
        backup.SetAction((parsed, cancellation) => TriedAsync(() => BackUpAsync(parsed, TimeProvider.System, cancellation)));
        var restore = new TaughtCommand("restore", "Make a farm of a backup.", RestoreLesson)
        {
            From, JournalOnly, SkipDamaged, ServiceOptions.Config, ServiceOptions.Journal, ServiceOptions.Store, EngineOptions.State,
            EngineOptions.Json,
        };
        restore.SetAction((parsed, cancellation) => TriedAsync(() => RestoreAsync(parsed, TimeProvider.System, cancellation)));
        return [backup, restore];
    }

    static async Task<int> BackUpAsync(ParseResult parsed, TimeProvider clock, CancellationToken cancellation)
    {
        var (at, log) = (AddressesOf(parsed), new ServerLog(Console.Out, clock, parsed.GetValue(EngineOptions.Json)));
        var folder = BackupFolder.ForWriting(parsed.GetValue(To)!);
        using var held = StateLock.Acquire(folder.Path);
        using var farm = StoredFarm.Of(at, parsed.GetValue(JournalOnly), clock, log.Warn);
        log.Info($"backup of {farm.Description} to {folder.Path}");
        var pace = new BackupPace(log, clock);
        var facts = await new FarmBackup(farm.Journal, farm.Store, clock).RunAsync(folder, pace.Tell, cancellation);
        pace.End();
        log.Info(string.Create(CultureInfo.InvariantCulture, $"backup complete: the journal to record {facts.Last}, {Objects(facts)}"));
        return CommandLine.Done;
    }

    static async Task<int> RestoreAsync(ParseResult parsed, TimeProvider clock, CancellationToken cancellation)
    {
        var (at, log) = (AddressesOf(parsed), new ServerLog(Console.Out, clock, parsed.GetValue(EngineOptions.Json)));
        var (folder, facts) = BackupFolder.ForReading(parsed.GetValue(From)!);
        var isJournalOnly = parsed.GetValue(JournalOnly);
        if (facts.Objects is null && !isJournalOnly)
            throw StyleFarmException.BadUsage(
                $"{folder.Path}: this backup has only the journal; give --journal-only, and the store that it had");
        // A server on this machine holds its folder for as long as it runs.
        using var held = at.Database is null ? StateLock.Acquire(Path.GetDirectoryName(at.JournalFile)!) : null;
        using var farm = await StoredFarm.ForWritingAsync(at, isJournalOnly, clock, log.Warn, cancellation);
        log.Info($"restore of the backup of {facts.Made:yyyy-MM-dd HH:mm:ss} UTC ({facts.From}) into {farm.Description}");
        var pace = new BackupPace(log, clock);
        var restore = new FarmRestore(farm.Journal, farm.Store) { SkipsDamaged = parsed.GetValue(SkipDamaged) };
        var (epoch, damaged) = await restore.RunAsync(folder, facts, pace.Tell, cancellation);
        pace.End();
        foreach (var key in damaged) log.Warn($"{key}: damaged in the backup, and left out");
        var objects = isJournalOnly ? "" : $", {Objects(facts)}";
        log.Info(string.Create(
            CultureInfo.InvariantCulture, $"restored: the journal to record {facts.Last}, epoch {epoch}{objects}; start its servers"));
        return damaged.Count == 0 ? CommandLine.Done : CommandLine.SomeFailed;
    }

    static string Objects(BackupFacts facts) => facts.Objects is { } count
        ? string.Create(CultureInfo.InvariantCulture, $"{count} objects, {BackupPace.Size(facts.Bytes)}") : "without the store";

    static ServiceAddresses AddressesOf(ParseResult parsed)
    {
        var settings = ServeSettings.Load(parsed.GetValue(ServiceOptions.Config), Environment.GetEnvironmentVariable);
        var state = Path.GetFullPath(parsed.GetValue(EngineOptions.State)!);
        var faults = new List<string>();
        var at = ServiceAddresses.Parse(ServiceAddresses.Local,
            settings.Find("journal", parsed.GetValue(ServiceOptions.Journal)) ?? $"sqlite:{Path.Combine(state, "farm.db")}",
            settings.Find("store", parsed.GetValue(ServiceOptions.Store)) ?? $"dir:{state}", faults);
        return faults.Count == 0 ? at : throw StyleFarmException.BadUsage(string.Join("; ", faults));
    }

    static async Task<int> TriedAsync(Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is JournalException or StoreException)
        {
            throw StyleFarmException.BadInput(e.Message, e);
        }
    }
}
