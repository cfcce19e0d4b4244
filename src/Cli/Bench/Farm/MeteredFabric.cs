using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Bench.Farm;

/// <summary>Notes when messages leave and when they are handed to their listener.</summary>
/// <param name="inner">Carries them.</param>
/// <param name="left">Notes those that leave here.</param>
/// <param name="came">Notes those that come in here.</param>
/// <param name="clock">The machine's clock.</param>
sealed class MeteredFabric(IFabric inner, FlightLog left, FlightLog came, TimeProvider clock) : IFabric
{
    public IDisposable Listen(string address, IFabricListener listener) => inner.Listen(address, new Ear(address, listener, came, clock));

    public void Send(string from, string to, WireMessage message)
    {
        left.Note(from, to, WireCodec.KindOf(message), clock.GetTimestamp());
        inner.Send(from, to, message);
    }

    public void Publish(LossReport report) => inner.Publish(report);

    public IDisposable Subscribe(Action<LossReport> listener) => inner.Subscribe(listener);

    sealed class Ear(string address, IFabricListener listener, FlightLog came, TimeProvider clock) : IFabricListener
    {
        public void Delivered(string from, WireMessage message)
        {
            came.Note(from, address, WireCodec.KindOf(message), clock.GetTimestamp());
            listener.Delivered(from, message);
        }

        public void Returned(string to, WireMessage message) => listener.Returned(to, message);
    }
}
