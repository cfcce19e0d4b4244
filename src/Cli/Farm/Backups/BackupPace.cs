using System.Globalization;
using StyleFarm.Backends.Backups;
using StyleFarm.Cli.Farm.Serving;

namespace StyleFarm.Cli.Farm.Backups;

/// <summary>Tells how far a backup or a restore has come: every few seconds, and at its end.</summary>
sealed class BackupPace(ServerLog log, TimeProvider clock)
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(3);

    long _told = clock.GetTimestamp();
    BackupProgress _last;

    /// <summary>Takes how far it is; from one caller at a time.</summary>
    public void Tell(BackupProgress progress)
    {
        _last = progress;
        if (clock.GetElapsedTime(_told) < Every) return;
        _told = clock.GetTimestamp();
        End();
    }

    /// <summary>Tells where it has come to.</summary>
    public void End()
    {
        var of = _last.Of is { } all ? string.Create(CultureInfo.InvariantCulture, $" of {all}") : "";
        log.Info(string.Create(CultureInfo.InvariantCulture,
            $"{_last.Objects}{of} objects looked at, {_last.Copied} copied ({Size(_last.Bytes)})"));
    }

    /// <summary>A size for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1 << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        < 1 << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.#} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1073741824.0:0.##} GiB"),
    };
}
