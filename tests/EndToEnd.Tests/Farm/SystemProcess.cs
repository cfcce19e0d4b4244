using System.Diagnostics;
using System.Globalization;

namespace StyleFarm.EndToEnd.Tests.Farm;

/// <summary>Processes as the system sees them.</summary>
static class SystemProcess
{
    /// <summary>The processes that this one has started and that still run.</summary>
    public static int[] ChildrenOf(int parent) => [.. Directory.GetDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && StatusOf(id) is ({ } state, var its) && its == parent && state is not ('Z' or 'X')).Order()];

    /// <summary>Sends a signal by its name, such as <c>SEGV</c>.</summary>
    public static void Signal(string name, int id)
    {
        using var kill = Process.Start("kill", [$"-{name}", id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>
    /// Sends a signal until the process has ended: the runtime takes the first SIGSEGV for a fault of its own code, and lets go of the
    /// signal so that the next one kills.
    /// </summary>
    public static async Task EndByAsync(string signal, int id, TimeSpan most)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(most);
        while (StatusOf(id) is (not ('Z' or 'X'), _))
        {
            Assert.False(limit.IsCancellationRequested, $"process {id} still runs after {most.TotalSeconds} s of SIG{signal}");
            Signal(signal, id);
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until none of these runs.</summary>
    public static async Task EndAsync(IEnumerable<int> ids, TimeSpan most)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(most);
        foreach (var id in ids)
            while (StatusOf(id) is (not ('Z' or 'X'), _))
            {
                Assert.False(limit.IsCancellationRequested, $"process {id} still runs after {most.TotalSeconds} s");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
            }
    }

    /// <summary>State and parent; null when there is no such process.</summary>
    public static (char State, int Parent)? StatusOf(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
