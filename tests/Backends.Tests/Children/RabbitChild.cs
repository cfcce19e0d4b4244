using StyleFarm.Backends.Cluster;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Backends.Tests.Children;

/// <summary>Listens on an address of a broker and prints who sends what.</summary>
sealed class RabbitChild : IFabricListener
{
    public static async Task<int> ListenAsync(string url, string address)
    {
        await using var fabric = await RabbitFabric.ConnectAsync(url, new RabbitOptions { Random = new Random(1), Name = address },
            CancellationToken.None);
        using var handle = fabric.Listen(address, new RabbitChild());
        // It comes when the queue is there.
        fabric.Send(address, address, new NodeHello { Node = new NodeId("x"), Incarnation = "" });
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }

    public void Delivered(string from, WireMessage message)
    {
        var text = ((NodeHello)message).Incarnation;
        Console.WriteLine(text.Length == 0 ? "listening" : $"{from}: {text}");
    }

    public void Returned(string to, WireMessage message) => Console.WriteLine($"nobody at {to}");
}
