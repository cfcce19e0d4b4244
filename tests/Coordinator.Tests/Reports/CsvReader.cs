using System.Text;

namespace StyleFarm.Coordinator.Tests.Reports;

/// <summary>Reads RFC 4180 to the letter: rows end in CR LF, quotes only around a whole field, doubled inside.</summary>
static class CsvReader
{
    public static List<List<string>> Read(string text)
    {
        List<List<string>> rows = [];
        List<string> row = [];
        for (var at = 0; at < text.Length;)
        {
            row.Add(Field(text, ref at));
            if (text[at] == ',')
            {
                at++;
                continue;
            }
            if (text[at] != '\r' || text[at + 1] != '\n') throw new FormatException($"no comma and no CR LF at {at}: {text[at..]}");
            at += 2;
            rows.Add(row);
            row = [];
        }
        return rows;
    }

    static string Field(string text, ref int at)
    {
        if (text[at] != '"')
        {
            var end = text.AsSpan(at).IndexOfAny(",\r\n\"") + at;
            var plain = text[at..end];
            at = end;
            return plain;
        }
        var field = new StringBuilder();
        for (at++; ; at++)
        {
            if (text[at] == '"' && text[++at] != '"') return field.ToString();
            field.Append(text[at]);
        }
    }
}
