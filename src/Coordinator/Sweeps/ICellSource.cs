using System.Collections.Immutable;
using StyleFarm.Messages.Recipes;
using StyleFarm.Messages.Sweeps;

namespace StyleFarm.Coordinator.Sweeps;

/// <summary>What makes a cell of a sweep: indices and a value for each parameter.</summary>
readonly record struct CellChoice(int Content, int Style, ImmutableArray<SweepValue> Values, int Seed);

/// <summary>The different cells of a sweep, by index.</summary>
interface ICellSource
{
    int Count { get; }

    CellChoice At(int cell);

    /// <summary>A cell's updates in all; null where no axis changes them.</summary>
    int? Steps(int cell);

    /// <summary>The different labels of a parameter's values, in order.</summary>
    ValueList<string> Labels(int axis);

    /// <summary>What the user should know about the cells that are not there.</summary>
    IEnumerable<string> Notices();

    /// <summary>Combinations left out because they repeat another.</summary>
    int Repeated { get; }

    /// <summary>Combinations left out because they differ from another only by a seed without effect.</summary>
    int SeedCopies { get; }

    /// <summary>Combinations left out because the recipe's rules refuse them.</summary>
    int Refused { get; }
}
