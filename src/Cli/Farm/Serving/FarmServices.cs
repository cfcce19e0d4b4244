using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Embedded;
using StyleFarm.Backends.Telemetry;
using StyleFarm.Messages;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Cli.Farm.Serving;

/// <summary>A farm's store and fabric, reached and tried.</summary>
sealed class FarmServices : IAsyncDisposable
{
    FarmServices(IObjectStore store, IFabric fabric, TimeProvider clock) => (Store, Fabric) = (new MeasuredStore(store, clock), fabric);

    /// <summary>Pictures, checkpoints, results.</summary>
    public IObjectStore Store { get; }

    /// <summary>Carries messages between the coordinator and nodes.</summary>
    public IFabric Fabric { get; }

    /// <summary>Whether messages can be sent now.</summary>
    public bool IsConnected => Fabric is not RabbitFabric broker || broker.IsConnected;

    /// <summary>Reaches both. From then on they are reached again when they were lost, for as long as it takes.</summary>
    /// <param name="at">Where.</param>
    /// <param name="name">Of this process, for the broker's lists.</param>
    /// <param name="clock">Measures waits.</param>
    /// <param name="log">Told what happens to the connections.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="StyleFarmException">One of them cannot be used; one line says why, and what to do.</exception>
    public static async Task<FarmServices> OpenAsync(
        ServiceAddresses at, string name, TimeProvider clock, ServerLog log, CancellationToken cancellation)
    {
        var store = await OpenStoreAsync(at, clock, log, cancellation).ConfigureAwait(false);
        if (at.Broker is null) return new FarmServices(store, new LocalFabric(log.Warn), clock);
        var options = new RabbitOptions { Clock = clock, Random = Seeded(), Name = name, Notice = log.Warn };
        var fabric = await RabbitFabric.ConnectAsync(at.Broker, options, cancellation).ConfigureAwait(false);
        log.Info($"fabric: {fabric.Description}");
        return new FarmServices(store, fabric, clock);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Fabric is IAsyncDisposable broker) await broker.DisposeAsync().ConfigureAwait(false);
        else (Fabric as IDisposable)?.Dispose();
        (Store as IDisposable)?.Dispose();
    }

    static async Task<IObjectStore> OpenStoreAsync(ServiceAddresses at, TimeProvider clock, ServerLog log, CancellationToken cancellation)
    {
        if (at.Bucket is not { } bucket)
        {
            Directory.CreateDirectory(at.Folder);
            log.Info($"store: dir:{at.Folder}");
            return new DirectoryObjectStore(at.Folder);
        }

        var store = new S3ObjectStore(bucket, S3Credentials.Find(bucket, Environment.GetEnvironmentVariable), null, clock, Seeded());
        try
        {
            log.Info($"store: {store.Description}; {await store.ProbeAsync(cancellation).ConfigureAwait(false)}");
            return store;
        }
        catch (StoreException e)
        {
            store.Dispose();
            throw StyleFarmException.BadInput(e.Message, e);
        }
    }

    /// <summary>Spreads the tries of many processes; nothing that is rendered depends on it.</summary>
    static Random Seeded() => new(HashCode.Combine(Environment.MachineName, Environment.ProcessId, Environment.TickCount64));
}
