using System.Globalization;
using StyleFarm.Backends.Embedded;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Tests.Children;

/// <summary>Says hello, then answers each welcome with the epoch in it, or with a loss report when that is below 0.</summary>
sealed class EchoNode(IFabric fabric, string address) : IFabricListener
{
    public static async Task<int> RunAsync(string address)
    {
        await using var fabric = PipeFabric.OverStandardStreams(TimeProvider.System);
        Console.WriteLine("a line for people, which must not end up among the messages");
        var node = new EchoNode(fabric, address);
        using var handle = fabric.Listen(address, node);
        node.Say("here");
        await fabric.Closed;
        return 0;
    }

    public void Delivered(string from, WireMessage message)
    {
        if (message is not NodeWelcome welcome) return;
        if (welcome.CoordinatorEpoch >= 0) Say(welcome.CoordinatorEpoch.ToString(CultureInfo.InvariantCulture));
        else fabric.Publish(Report((int)-welcome.CoordinatorEpoch));
    }

    public void Returned(string to, WireMessage message) => Console.WriteLine($"nobody at {to}");

    void Say(string text) => fabric.Send(address, IFabric.Coordinator, new NodeHello { Node = new NodeId("child"), Incarnation = text });

    static LossReport Report(int step) => new()
    {
        Cell = "x", Step = step, Content = 1, Style = 2, Tv = 3, Total = 6, Taps = new Dictionary<string, double>(), Milliseconds = 1,
    };
}
