using System.Diagnostics;
using System.Globalization;
using StyleFarm.Cli.Farm.Requests;
using StyleFarm.Cli.Stylize;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using static StyleFarm.Torch.torch;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>A node in a process of its own, a child of this one: what kills it kills no other.</summary>
/// <param name="Node">Its name.</param>
/// <param name="Arguments">Of the program, which is this one.</param>
sealed record ChildNode(NodeId Node, IReadOnlyList<string> Arguments) : IFarmNode
{
    /// <summary>Where messages for the node go.</summary>
    public string Address => IFabric.NodePrefix + Node;

    /// <summary>Where messages for its process go, rather than for the node in it.</summary>
    public string ProcessAddress => $"{Address}.process";

    /// <summary>Nodes that share the machine, or have a CUDA device each, as far as there are enough.</summary>
    /// <param name="count">How many.</param>
    /// <param name="request">What they are wanted for.</param>
    /// <param name="engine">What the request's device came to.</param>
    public static IReadOnlyList<IFarmNode> Crew(int count, FarmRequest request, EngineChoice engine)
    {
        var threads = request.Threads ?? Math.Max(1, Environment.ProcessorCount / count);
        return [.. Enumerable.Range(0, count).Select(index => new ChildNode(new NodeId($"local-{index + 1}"),
        [
            "node", "--parent-pipe", $"local-{index + 1}",
            "--state", Path.GetFullPath(request.State),
            "--weights", request.Weights,
            "--device", DeviceOf(index, request, engine),
            "--threads", threads.ToString(CultureInfo.InvariantCulture),
            "--sharers", SharersOf(count, request, engine).ToString(CultureInfo.InvariantCulture),
        ]))];
    }

    /// <summary>How many of so many nodes share the memory of one device, at most.</summary>
    public static int SharersOf(int count, FarmRequest request, EngineChoice engine) =>
        IsSpread(request, engine) ? (count + cuda.device_count() - 1) / cuda.device_count() : count;

    /// <inheritdoc/>
    public IRunningNode Start(NodeSurroundings around) => new ChildKeeper(this, around);

    /// <summary>How its process is started.</summary>
    public ProcessStartInfo ToStart()
    {
        var start = SelfProcess.ToStart(Arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        return start;
    }

    static bool IsSpread(FarmRequest request, EngineChoice engine) => request.Device == "auto" && engine.Device.IsCuda;

    static string DeviceOf(int index, FarmRequest request, EngineChoice engine) =>
        IsSpread(request, engine) ? $"cuda:{index % cuda.device_count()}" : request.Device == "auto" ? "cpu" : request.Device;
}
