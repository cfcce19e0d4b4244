namespace StyleFarm.Simulation.Tests;

/// <summary>What goes wrong all the time, and what is away just now.</summary>
sealed class Weather(FarmSimulation farm)
{
    readonly Chance _chance = farm.Chance;
    readonly double _loss = farm.Chance.Between(0.01, 0.3);
    readonly double _double = farm.Chance.Between(0.01, 0.3);
    readonly double _delay = farm.Chance.Between(0.01, 0.3);
    readonly double _failing = farm.Chance.Between(0, 0.05);

    /// <summary>Whether anything goes wrong at all.</summary>
    public bool IsStormy { get; set; }

    public bool IsStoreAway { get; set; }

    public bool IsJournalAway { get; set; }

    public bool IsOutputAway { get; set; }

    /// <summary>Addresses that the coordinator cannot reach.</summary>
    public HashSet<string> CutOff { get; } = [];

    public bool LosesMessage => Has(Faults.Losses) && _chance.Once(_loss);

    public bool DoublesMessage => Has(Faults.Doubles) && _chance.Once(_double);

    public bool StoreFails => Has(Faults.StoreOutages) && (IsStoreAway || _chance.Once(_failing));

    public bool JournalFails => Has(Faults.JournalOutages) && (IsJournalAway || _chance.Once(_failing));

    public bool OutputFails => Has(Faults.Deliveries) && (IsOutputAway || _chance.Once(_failing));

    public bool EngineDoesNotStart => Has(Faults.EngineCrashes) && _chance.Once(0.1);

    /// <summary>How long a message is under way: no two the same, so that they overtake each other.</summary>
    public TimeSpan MessageDelay => Has(Faults.Delays) && _chance.Once(_delay) ? _chance.Wait(4) : _chance.Seconds(0.001, 0.02);

    /// <summary>From now on nothing goes wrong.</summary>
    public void Calm()
    {
        IsStormy = IsStoreAway = IsJournalAway = IsOutputAway = false;
        CutOff.Clear();
    }

    bool Has(Faults fault) => IsStormy && farm.Plan.Has(fault);
}
