using Npgsql;
using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit.Services;

namespace StyleFarm.Backends.Tests.Cluster;

public sealed class PostgresScratchTests(DevServices services)
{
    static readonly JournalEntry[] Records = [.. Enumerable.Range(1, 500).Select(i => new JournalEntry(i, "k", "{\"a\":1}"u8.ToArray()))];

    static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_schema_that_was_made_for_a_measurement_is_gone_without_a_trace()
    {
        var place = await PostgresPlace.NewAsync(services);
        await using (var journal = place.Journal())
        {
            await journal.OpenAsync(Stop);
            await journal.AppendAsync(Records, Stop);
        }

        Assert.True(await PostgresScratch.CopyAsync(place.Address, Records, 128, TimeProvider.System, Stop) > TimeSpan.Zero);
        Assert.InRange(await PostgresScratch.SizeAsync(place.Address, Stop), 500 * 8, 10 << 20);

        await PostgresScratch.RemoveAsync(place.Address, Stop);
        Assert.Equal(0, await PostgresScratch.SizeAsync(place.Address, Stop));
        Assert.Equal(0, await SchemasAsync(place));
        // Once more: nothing is there, and nothing is wrong.
        await PostgresScratch.RemoveAsync(place.Address, Stop);
    }

    [Fact]
    public async Task A_schema_with_tables_of_somebody_else_is_kept_and_they_too()
    {
        var place = await PostgresPlace.NewAsync(services);
        await using (var journal = place.Journal()) await journal.OpenAsync(Stop);
        await place.RunAsync($"create table {place.Schema}.mine (a integer)");

        await Assert.ThrowsAsync<JournalException>(() => PostgresScratch.RemoveAsync(place.Address, Stop));

        Assert.Equal(1, await SchemasAsync(place));
        await place.RunAsync($"select * from {place.Schema}.mine");
    }

    static async Task<long> SchemasAsync(PostgresPlace place)
    {
        await using var connection = await place.ConnectAsync();
        await using var command = new NpgsqlCommand($"select count(*) from pg_namespace where nspname = '{place.Schema}'", connection);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
