using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Telemetry;
using StyleFarm.Backends.Tests.Contracts;
using StyleFarm.Messages.Ports;
using StyleFarm.TestKit;

namespace StyleFarm.Backends.Tests.Telemetry;

public sealed class MeasuredStoreTests : ObjectStoreContract, IDisposable
{
    readonly TempFolder _folder = new();
    readonly MeasuredStore _store;

    public MeasuredStoreTests() => _store = new MeasuredStore(new DirectoryObjectStore(_folder["store"]), TimeProvider.System);

    protected override IObjectStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_asked_is_recorded_with_its_outcome()
    {
        var stop = TestContext.Current.CancellationToken;
        var recorded = new ConcurrentQueue<(string, string)>();
        using var listener = new MeterListener();
        // Others measure meanwhile, on other threads and flows.
        var isHere = new AsyncLocal<bool> { Value = true };
        listener.InstrumentPublished = (instrument, all) =>
        {
            if (instrument.Name == "stylefarm.store.request.duration") all.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) =>
        {
            if (isHere.Value && seconds >= 0) recorded.Enqueue(((string)tags[0].Value!, (string)tags[1].Value!));
        });
        listener.Start();

        await _store.PutAsync(new StoreKey("a/b"), new byte[3], stop);
        await _store.GetAsync(new StoreKey("a/b"), stop);
        await _store.ExistsAsync(new StoreKey("a/c"), stop);
        await foreach (var _ in _store.ListAsync(new StoreKey("a"), stop)) await _store.DeleteAsync(new StoreKey("a/b"), stop);
        await Assert.ThrowsAsync<StoreException>(() => _store.CopyAsync(new StoreKey("a/b"), new StoreKey("a/c"), stop));

        Assert.Equal([("put", "ok"), ("get", "ok"), ("exists", "ok"), ("delete", "ok"), ("list", "ok"), ("copy", "refused")], recorded);
    }
}
