using System.Collections.Immutable;

namespace StyleFarm.Coordinator.Sweeps;

/// <content>Who counts where.</content>
public sealed partial record AshaBracket
{
    /// <summary>The most cells that can come to count at each rung; falls over time and is exact once the rung below is decided.</summary>
    ImmutableArray<int> Populations()
    {
        var populations = ImmutableArray.CreateBuilder<int>(Rungs.Length);
        for (var r = 0; r < Rungs.Length; r++)
        {
            if (r == 0)
            {
                populations.Add(Entrants);
                continue;
            }
            var (below, before) = (Rungs[r - 1], populations[r - 1]);
            populations.Add(Math.Min(Ladder.Kept(before), below.RankedWithNext + before - below.Entered));
        }
        return populations.MoveToImmutable();
    }

    /// <summary>
    /// How many of the best at a rung are certain to go on: with u cells outstanding, place p is safe when p + u is below the kept
    /// number. A failure among those u lowers both sides by one at most, and never the left one less.
    /// </summary>
    int Certain(int rung, ImmutableArray<int> populations) =>
        Ladder.Kept(populations[rung]) - (populations[rung] - Rungs[rung].Entered);

    /// <summary>Takes in those whose early promotion has proved right; lets go of finished cells that are beaten.</summary>
    AshaBracket Settle()
    {
        var state = this;
        for (var r = 0; r < Rungs.Length; r++)
            state = state.EnterAt(r).DropFinishedAt(r);
        return state;
    }

    AshaBracket EnterAt(int r)
    {
        var state = this;
        if (Rungs[r].Provisional.IsEmpty)
            return state;
        var certain = r == 0 ? 0 : Certain(r - 1, Populations());
        foreach (var standing in Rungs[r].Provisional)
        {
            var cell = Known[standing.Cell];
            if (cell.Entered == r && (r == 0 || Rungs[r - 1].Ranked.IndexOf(cell.At(r - 1)) < certain))
                state = state.Enter(cell);
        }
        return state;
    }

    AshaBracket Enter(Contestant cell)
    {
        var r = cell.Entered;
        var standing = cell.At(r);
        return Put(cell with { Entered = r + 1 }).WithRung(r, rung => rung with
        {
            Entered = rung.Entered + 1,
            Ranked = rung.Ranked.Add(standing),
            RankedWithNext = rung.RankedWithNext + NextAfter(cell.Cell, r),
            Waiting = cell.WaitsAt(r) ? rung.Waiting.Add(standing) : rung.Waiting,
            Provisional = rung.Provisional.Remove(standing),
        });
    }

    AshaBracket DropFinishedAt(int r)
    {
        var state = this;
        while (state.Rungs[r].Ranked.Count > Ladder.Kept(state.Populations()[r]))
        {
            var last = state.Known[state.Rungs[r].Ranked.Max.Cell];
            if (last.Phase != ContestantPhase.Finished)
                break;
            state = state.Withdraw(last).Put(last with { IsExempt = true });
        }
        return state;
    }

    /// <summary>Takes a cell out of every place but those that it holds for good because it entered the next rung.</summary>
    AshaBracket Withdraw(Contestant cell)
    {
        var state = this;
        if (cell.Entered == 0)
            state = state with { Entrants = Entrants - (_rungsOf[cell.Cell] > 0 ? 1 : 0) };
        else
            state = state.WithRung(cell.Entered - 1, rung => rung with
            {
                Ranked = rung.Ranked.Remove(cell.At(cell.Entered - 1)),
                RankedWithNext = rung.RankedWithNext - NextAfter(cell.Cell, cell.Entered - 1),
                Waiting = rung.Waiting.Remove(cell.At(cell.Entered - 1)),
            });
        for (var r = cell.Entered; r < cell.Scores.Count; r++)
        {
            var standing = cell.At(r);
            state = state.WithRung(r, rung => rung with { Provisional = rung.Provisional.Remove(standing) });
        }
        return state;
    }

    /// <summary>Puts a contestant of a snapshot where its events had put it.</summary>
    AshaBracket Seat(Contestant cell)
    {
        var entered = cell.Entered;
        var state = Put(cell with { Entered = 0 });
        for (var r = 0; r < entered; r++)
            state = state.Enter(cell with { Entered = r });
        for (var r = entered; r < cell.Scores.Count; r++)
        {
            var standing = cell.At(r);
            state = state.WithRung(r, rung => rung with { Provisional = rung.Provisional.Add(standing) });
        }
        state = state.Put(cell);
        return cell.IsAlive ? state : state.Withdraw(cell);
    }

    AshaBracket Put(Contestant cell) => this with { Known = Known.SetItem(cell.Cell, cell) };

    AshaBracket WithRung(int r, Func<Rung, Rung> change) => this with { Rungs = Rungs.SetItem(r, change(Rungs[r])) };

    int NextAfter(int cell, int rung) => _rungsOf[cell] > rung + 1 ? 1 : 0;
}
