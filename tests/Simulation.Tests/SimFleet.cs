namespace StyleFarm.Simulation.Tests;

/// <summary>The nodes: each comes back some time after its process has ended.</summary>
sealed class SimFleet
{
    readonly FarmSimulation _farm;
    readonly Dictionary<string, SimNode?> _nodes = [];
    readonly Dictionary<string, TimeSpan> _stepTimes = [];
    int _started;

    public SimFleet(FarmSimulation farm)
    {
        _farm = farm;
        for (var number = 0; number < farm.Plan.Nodes; number++)
        {
            var name = $"{(char)('p' + number)}";
            _stepTimes[name] = farm.Chance.Seconds(0.02, 0.15);
            _nodes[name] = null;
        }
    }

    public IReadOnlyCollection<string> Names => _nodes.Keys;

    public IReadOnlyList<SimNode> Alive => [.. _nodes.Values.OfType<SimNode>()];

    public void StartAll()
    {
        foreach (var name in _nodes.Keys.ToList()) _farm.After(_farm.Chance.Seconds(0, 2), () => Start(name));
    }

    void Start(string name)
    {
        _farm.Log?.Add($"node {name} starts");
        _nodes[name] = new SimNode(_farm, name, ++_started, _stepTimes[name], () =>
        {
            _nodes[name] = null;
            _farm.After(_farm.Weather.IsStormy ? _farm.Chance.Seconds(0.2, 15) : _farm.Chance.Seconds(0.5, 3), () => Start(name));
        });
    }
}
