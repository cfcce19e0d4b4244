using System.Text.Json.Nodes;
using StyleFarm.Coordinator;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Simulation.Tests;

/// <summary>A job, what it expands into, and when it is submitted.</summary>
sealed record SimJob(JobSpec Spec, IReadOnlyList<CellSpec> Cells, IReadOnlyList<FaultyInput> Faulty, TimeSpan SubmitAt);

/// <summary>What a seed decides before a run begins: how large it is, what it does, and what may go wrong.</summary>
sealed class SimPlan
{
    const string Weights = "weights";
    static readonly Recipe Recipe = RecipePresets.Get("d2l");
    static readonly InputRef Photo = new(new string('a', 64), "photo.jpg", 32, 32);
    static readonly StyleInput Style = new(new InputRef(new string('b', 64), "style.jpg", 32, 32), 1);

    readonly Chance _chance;
    readonly Dictionary<CellId, SimCell> _cells = [];
    readonly List<CellSpec> _shared = [];

    public SimPlan(int seed)
    {
        _chance = new Chance(seed);
        Faults = seed % 16 == 0 ? Faults.None : DrawFaults();
        Storm = Faults == Faults.None ? TimeSpan.FromSeconds(1) : _chance.Seconds(30, 120);
        Nodes = _chance.Next(1, 2) * _chance.Next(1, 3) - (_chance.Once(0.5) ? 0 : 1) is var nodes and > 0 ? Math.Min(nodes, 5) : 1;
        TroubleEvery = _chance.Between(4, 15);
        Options = DrawOptions();
        IsWired = _chance.Once(0.05);
        SnapshotEvery = _chance.Pick([20, 100, 1000]);
        var jobs = _chance.Pick([1, 1, 2, 3]);
        Jobs = [.. Enumerable.Range(0, jobs).Select(DrawJob)];
    }

    public Faults Faults { get; }

    /// <summary>How long things go wrong.</summary>
    public TimeSpan Storm { get; }

    public int Nodes { get; }

    /// <summary>Seconds between two troubles, on average.</summary>
    public double TroubleEvery { get; }

    public FarmOptions Options { get; }

    public int SnapshotEvery { get; }

    /// <summary>Whether each message goes through its form on the wire.</summary>
    public bool IsWired { get; }

    public IReadOnlyList<SimJob> Jobs { get; }

    public IReadOnlyDictionary<CellId, SimCell> Cells => _cells;

    public static string WeightsHash => Weights;

    public bool Has(Faults fault) => (Faults & fault) != 0;

    Faults DrawFaults()
    {
        var (faults, share) = (Faults.None, _chance.Between(0.1, 0.8));
        for (var bit = 0; 1 << bit < (int)Faults.All; bit++)
            if (_chance.Once(share))
                faults |= (Faults)(1 << bit);
        return faults == Faults.None ? Faults.NodeCrashes : faults;
    }

    FarmOptions DrawOptions() => new()
    {
        LookAhead = _chance.Pick([4, 16, 256]),
        MaxShardCells = _chance.Next(2, 8),
        FirstShardCells = _chance.Next(1, 4),
        ShardTime = _chance.Seconds(5, 30),
        ShardsPerNode = _chance.Pick([1, 2, 2]),
        MaxRetryAfter = TimeSpan.FromSeconds(20),
        BenchFor = TimeSpan.FromSeconds(10),
        WakesAllJobs = _chance.Once(0.7),
    };

    SimJob DrawJob(int number)
    {
        var name = $"job-{(char)('a' + number)}";
        var kind = _chance.Once(0.3) ? JobKind.Sweep : JobKind.Batch;
        var count = 1 + (int)(40 * Math.Pow(_chance.Between(0, 1), 3));
        var keys = _chance.Next(1, 3);
        var cells = Enumerable.Range(0, count).Select(index => DrawCell(name, index, keys, mayRepeat: kind == JobKind.Batch)).ToList();
        if (kind == JobKind.Batch) _shared.AddRange(cells);
        var faulty = Enumerable.Range(0, _chance.Pick([0, 0, 2])).Select(at => new FaultyInput($"{name}/bad{at}.jpg", "no picture")).ToList();
        return new SimJob(DrawSpec(name, kind), cells, faulty, number == 0 ? TimeSpan.Zero : Storm * _chance.Between(0, 1));
    }

    JobSpec DrawSpec(string name, JobKind kind) => new()
    {
        Id = new JobId(name),
        Name = name,
        Kind = kind,
        Recipe = Recipe,
        WeightsHash = Weights,
        CheckpointEvery = _chance.Pick([0, 5, 10, 10, 25]),
        Priority = _chance.Pick([20, 50, 50, 80]),
        Weight = _chance.Pick([1.0, 1.0, 3.0]),
        ShardCells = _chance.Once(0.5) ? _chance.Next(1, 6) : null,
        MaxAttempts = _chance.Next(2, 4),
        MaxNodes = _chance.Once(0.2) ? _chance.Next(1, 2) : null,
        Rungs = kind == JobKind.Sweep && _chance.Once(0.6) ? new AshaRule(_chance.Next(5, 20), _chance.Next(2, 3), _chance.Between(0.2, 0.6)) : null,
        IsScored = kind == JobKind.Sweep,
        Source = new JsonObject { ["name"] = name },
    };

    CellSpec DrawCell(string job, int index, int keys, bool mayRepeat)
    {
        var output = $"{job}/{index}.png";
        // The same photo under another name, in this job or an earlier one.
        if (mayRepeat && _shared.Count > 0 && _chance.Once(0.15)) return _chance.Pick(_shared) with { Index = index, Output = output };
        var steps = _chance.Next(10, 80);
        var trait = Has(Faults.BadCells) && _chance.Once(0.08) ? _chance.Pick(Enum.GetValues<Trait>()) : Trait.Sound;
        var cell = new SimCell($"{job}/{index}", steps) { Trait = trait, TraitStep = _chance.Next(0, steps - 1) };
        _cells.Add(cell.Id, cell);
        var key = _chance.Next(1, keys);
        return new CellSpec
        {
            Id = cell.Id,
            Index = index,
            Content = Photo,
            Styles = [Style],
            Steps = steps,
            Pixels = 1000,
            BatchKey = $"key{key}",
            TargetKey = $"target{key}",
            MemoryBytes = 100,
            MemoryBytesPerMore = 100,
            Output = output,
        };
    }
}
