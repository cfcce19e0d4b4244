using System.Threading.Channels;
using StyleFarm.Backends.Cluster;
using StyleFarm.Backends.Tests.Children.RabbitMQ.Client.Framing;

namespace StyleFarm.Backends.Tests.Children
{
    /// <summary>Has the client's fault, or another, where nobody can catch it, and says whether it lives on.</summary>
    static class HeartbeatChild
    {
        public static async Task<int> RunAsync(bool isGuarded, bool isThatFault)
        {
            if (isGuarded) HeartbeatGuard.Install();
            if (isThatFault) Connection.HeartbeatReadTimerCallback();
            else Connection.SomethingElse();
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            Console.WriteLine("alive");
            return 0;
        }
    }
}

namespace StyleFarm.Backends.Tests.Children.RabbitMQ.Client.Framing
{
    /// <summary>Named as the client's, and as careless.</summary>
    static class Connection
    {
        public static async void HeartbeatReadTimerCallback()
        {
            await Task.Yield();
            throw new ChannelClosedException();
        }

        public static async void SomethingElse()
        {
            await Task.Yield();
            throw new ChannelClosedException();
        }
    }
}
