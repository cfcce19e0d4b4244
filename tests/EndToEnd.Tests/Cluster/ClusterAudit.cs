using System.Text.Json.Nodes;

namespace StyleFarm.EndToEnd.Tests.Cluster;

/// <summary>
/// Checks a farm from outside, by the rows of its journal and the objects of its store, with no word of the farm's own: each cell was
/// accepted once and published once, records follow each other, and each result is whole and of the attempt that counts.
/// </summary>
static class ClusterAudit
{
    /// <summary>Checks everything and gives the number of finished cells.</summary>
    public static async Task<int> CheckAsync(ClusterStudio studio)
    {
        var stop = TestContext.Current.CancellationToken;
        var journal = new JournalRows(studio.Journal, studio.Schema);
        await using var connection = await journal.OpenAsync(stop);
        var records = new List<JournalRow>();
        await foreach (var row in journal.AfterAsync(connection, 0, stop)) records.Add(row);
        Assert.Equal(Enumerable.Range(1, records.Count).Select(number => (long)number), records.Select(record => record.Sequence));
        var accepted = records.Where(record => record.Kind == "cell-accepted").ToList();
        Assert.Equal(accepted.Count, accepted.Select(record => Cell(record.Body)).Distinct().Count());
        var published = records.Where(record => record.Kind == "cell-published").Select(record => Cell(record.Body)).ToList();
        Assert.Equal(published.Count, published.Distinct().Count());
        Assert.Equal(accepted.Select(record => Cell(record.Body)).Order(), published.Order());

        using var results = new StoredResults(studio.Store, studio.Environment);
        foreach (var record in accepted) await results.CheckAsync(Cell(record.Body), (int)record.Body["attempt"]!, stop);
        return accepted.Count;
    }

    static string Cell(JsonNode body) => (string)body["cell"]!;
}
