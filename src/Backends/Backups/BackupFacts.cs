using System.Text.Json;
using System.Text.Json.Nodes;
using StyleFarm.Messages;

namespace StyleFarm.Backends.Backups;

/// <summary>What a complete backup is: the last thing that is written of it.</summary>
/// <param name="Id">Unlike that of any other.</param>
/// <param name="Made">When its journal was read.</param>
/// <param name="Journal">The journal's file in the folder.</param>
/// <param name="Epoch">Of the journal.</param>
/// <param name="Last">The journal's last record.</param>
/// <param name="Objects">How many objects of the store are in it; null: only the journal is.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="From">Where all of that was, for people.</param>
public sealed record BackupFacts(
    string Id, DateTimeOffset Made, string Journal, long Epoch, long Last, long? Objects, long Bytes, string From)
{
    const string Form = "stylefarm-backup/1";

    /// <summary>As JSON.</summary>
    public JsonObject ToJson() => new()
    {
        ["form"] = Form,
        ["id"] = Id,
        ["made"] = Made,
        ["journal"] = Journal,
        ["epoch"] = Epoch,
        ["last"] = Last,
        ["objects"] = Objects,
        ["bytes"] = Bytes,
        ["from"] = From,
    };

    /// <summary>Reads what <see cref="ToJson"/> made.</summary>
    /// <exception cref="StyleFarmException">BadInput: it is of another form.</exception>
    public static BackupFacts Parse(string path, string text)
    {
        try
        {
            var json = JsonNode.Parse(text)!.AsObject();
            var form = (string?)json["form"];
            if (form != Form)
                throw StyleFarmException.BadInput($"{path}: it is of the form '{form}', known here is '{Form}'; use a newer stylefarm");
            return new BackupFacts((string)json["id"]!, (DateTimeOffset)json["made"]!, (string)json["journal"]!, (long)json["epoch"]!,
                (long)json["last"]!, (long?)json["objects"], (long)json["bytes"]!, (string)json["from"]!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw StyleFarmException.BadInput($"{path}: it is damaged ({e.Message.Split('\n')[0]}); take another backup", e);
        }
    }
}
