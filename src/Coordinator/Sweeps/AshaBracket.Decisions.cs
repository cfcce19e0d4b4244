using System.Collections.Immutable;
using System.Globalization;

namespace StyleFarm.Coordinator.Sweeps;

/// <content>Who goes on.</content>
public sealed partial record AshaBracket
{
    /// <summary>
    /// What follows now, in the order in which it is to be applied: every cell that is stopped or promoted for certain, then as many
    /// early promotions as nodes would idle otherwise, from the highest rung down, each of the best waiting cell if that is among the
    /// best <see cref="RungLadder.Kept"/> of those that have come to its rung so far. Promotions that are certain use idle slots first.
    /// </summary>
    /// <param name="idleSlots">Cells that could be rendered now and for which there is no other work; 0: nothing is done early.</param>
    public ImmutableArray<BracketEvent> Decide(int idleSlots = 0)
    {
        var events = ImmutableArray.CreateBuilder<BracketEvent>();
        var state = this;
        while (state.NextCertain() is { } certain)
        {
            events.Add(certain);
            state = state.Advance(certain);
            idleSlots -= certain is BracketEvent.Promoted ? 1 : 0;
        }
        for (; idleSlots > 0 && state.NextEarly() is { } early; idleSlots--)
        {
            events.Add(early);
            state = state.Advance(early);
        }
        return events.DrainToImmutable();
    }

    /// <summary>How things stand at each rung.</summary>
    public ImmutableArray<RungStatus> Status()
    {
        var populations = Populations();
        return [.. Rungs.Select((rung, r) => new RungStatus
        {
            Steps = Ladder.Steps[r],
            Population = populations[r],
            Kept = Ladder.Kept(populations[r]),
            Entered = rung.Entered,
            GoneOn = rung.Ranked.Count - rung.Waiting.Count,
            Waiting = rung.Waiting.Count,
            Provisional = rung.Provisional.Count,
        })];
    }

    /// <summary>Why a cell waits, for people; null when it does not wait at a rung.</summary>
    public string? Explain(int cell)
    {
        var contestant = this[cell];
        if (contestant.Phase != ContestantPhase.Waiting)
            return null;
        var r = contestant.Scores.Count - 1;
        var population = Populations()[r];
        var arrived = Rungs[r].Ranked.Count + Rungs[r].Provisional.Count;
        var place = PlaceOf(r, contestant.At(r)) + 1;
        return string.Create(CultureInfo.InvariantCulture, $"waits at {Ladder.Steps[r]} steps: place {place} of {arrived} so far, ")
            + string.Create(CultureInfo.InvariantCulture, $"the best {Ladder.Kept(population)} of {population} go on");
    }

    BracketEvent? NextCertain()
    {
        var populations = Populations();
        for (var r = 0; r < Rungs.Length; r++)
        {
            var rung = Rungs[r];
            if (rung.Ranked.Count > Ladder.Kept(populations[r]))
                return new BracketEvent.Stopped(rung.Ranked.Max.Cell, r);
            if (!rung.Waiting.IsEmpty && rung.Ranked.IndexOf(rung.Waiting.Min) < Certain(r, populations))
                return new BracketEvent.Promoted(rung.Waiting.Min.Cell, r, IsEarly: false);
        }
        return null;
    }

    BracketEvent.Promoted? NextEarly()
    {
        var populations = Populations();
        for (var r = Rungs.Length - 1; r >= 0; r--)
        {
            var rung = Rungs[r];
            var early = rung.Provisional.Where(standing => Known[standing.Cell].WaitsAt(r));
            var waiting = early.Take(1).Concat(rung.Waiting.Take(1)).ToList();
            if (waiting.Count == 0)
                continue;
            var best = waiting.Min();
            var kept = Math.Min(Ladder.Kept(rung.Ranked.Count + rung.Provisional.Count), Ladder.Kept(populations[r]));
            if (PlaceOf(r, best) < kept)
                return new(best.Cell, r, IsEarly: true);
        }
        return null;
    }

    /// <summary>A decision that changed nothing would come again for ever.</summary>
    AshaBracket Advance(BracketEvent decision) => Apply(decision) is var next && !ReferenceEquals(next, this)
        ? next
        : throw new InvalidOperationException($"{decision} changes nothing");

    /// <summary>How many are ahead at a rung, of those that count and those that do not yet.</summary>
    int PlaceOf(int r, Standing standing) => Ahead(Rungs[r].Ranked, standing) + Ahead(Rungs[r].Provisional, standing);

    static int Ahead(ImmutableSortedSet<Standing> standings, Standing standing)
    {
        var at = standings.IndexOf(standing);
        return at < 0 ? ~at : at;
    }
}
