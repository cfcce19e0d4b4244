using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Messages.Ports;

/// <summary>Told what comes in for one address, one call at a time. Must not block: it hands over to a mailbox.</summary>
public interface IFabricListener
{
    /// <summary>A message came.</summary>
    void Delivered(string from, WireMessage message);

    /// <summary>A message could not be handed over: nobody listens there.</summary>
    void Returned(string to, WireMessage message);
}

/// <summary>
/// Carries messages between actors of different processes. An address is <c>coordinator</c> or <c>node.NAME</c>. Messages may be lost,
/// doubled, late and out of order; senders repeat what matters. Safe for many callers at once.
/// </summary>
public interface IFabric
{
    /// <summary>The coordinator's address.</summary>
    const string Coordinator = "coordinator";

    /// <summary>What the address of a node begins with.</summary>
    const string NodePrefix = "node.";

    /// <summary>Listens on an address until the handle is disposed.</summary>
    IDisposable Listen(string address, IFabricListener listener);

    /// <summary>Sends without waiting; what overflows or cannot be carried is lost.</summary>
    void Send(string from, string to, WireMessage message);

    /// <summary>Tells whoever listens; lossy by design.</summary>
    void Publish(LossReport report);

    /// <summary>Hears loss reports until the handle is disposed; a slow listener misses some.</summary>
    IDisposable Subscribe(Action<LossReport> listener);
}
