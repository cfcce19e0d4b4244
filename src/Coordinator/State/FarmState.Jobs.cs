using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;

namespace StyleFarm.Coordinator.State;

public sealed partial class FarmState
{
    void Apply(JobSubmitted e) => _jobs.Add(e.Spec.Id, new JobState
    {
        Spec = e.Spec,
        Priority = e.Spec.Priority,
        Trace = e.Spec.Trace,
        // Level with those that are worked on: from 0, one new job after another would go before what is left of an older one.
        Usage = _jobs.Values.Where(job => job.Status == JobStatus.Active).Select(job => job.Usage).DefaultIfEmpty(0).Min(),
        Rungs = e.Spec.Rungs is null ? null : new RungBook(e.Spec.Rungs),
    });

    void Apply(JobScanBegan e)
    {
        var job = Job(e.Job);
        job.IsSourceRead = false;
        job.Trace = e.Trace ?? job.Trace;
        job.Faults.Clear();
        job.Counts.Clear();
        if (job.Status is JobStatus.Done or JobStatus.Cancelled) (job.Status, job.StatusReason) = (JobStatus.Active, "");
        foreach (var cell in job.Cells.Select(Cell).ToList())
        {
            if (cell.Phase == CellPhase.Failed) Leave(cell, job);
            else foreach (var claim in cell.Claims.Where(claim => claim.Job == e.Job)) claim.IsCounted = false;
        }
    }

    void Apply(JobStatusChanged e)
    {
        var job = Job(e.Job);
        (job.Status, job.StatusReason) = (e.Status, e.Reason);
        if (e.Status != JobStatus.Cancelled) return;
        foreach (var cell in job.Cells.Select(Cell).Where(cell => cell.Phase != CellPhase.Publishing).ToList()) Leave(cell, job);
        // Cells that were left begin anew, should the job be wanted again, and so does their comparison.
        job.Rungs?.Clear();
        foreach (var cell in job.Cells.Select(Cell).Where(cell => cell.Job == e.Job))
        {
            job.Rungs?.Add(cell.Spec);
            job.Rungs?.Finished(cell.Spec);
        }

        job.IsSourceRead = true;
    }

    void Apply(CellsFound e)
    {
        var job = Job(e.Job);
        foreach (var spec in e.Page.Cells) Take(job, spec);
        foreach (var earlier in e.Page.Earlier) TakeEarlier(job, earlier);
        job.Counts.Found += e.Page.EarlierCount;
        job.Counts.Earlier += e.Page.EarlierCount;
        foreach (var faulty in e.Page.Faulty) AddFault(job, faulty);
        job.Counts.Faulty += e.Page.Faulty.Length;
        if (!e.Page.IsLast) return;
        job.IsSourceRead = true;
        // What was in flight and is no input any more is not wanted either.
        foreach (var cell in job.Cells.Select(Cell).Where(cell => !cell.IsEnded && cell.Phase != CellPhase.Publishing).ToList())
            if (!cell.Claims.Any(claim => claim.Job == e.Job && claim.IsCounted)) Leave(cell, job);
    }

    void Apply(CellsRetried e)
    {
        foreach (var cell in e.Cells.Select(Cell))
        {
            foreach (var claim in cell.Claims.Where(claim => claim.IsCounted)) Reopen(Job(claim.Job), cell.Phase);
            if (cell.Error is { } error)
                foreach (var claim in cell.Claims) Job(claim.Job).Faults.Remove(FaultOf(claim.Spec, error));
            (cell.Failures, cell.Crashes, cell.Error, cell.StopAt) = (0, 0, null, null);
            cell.FailedOn.Clear();
            Job(cell.Job).Rungs?.Resumed(cell.Spec);
            if (cell.IsRendered) (cell.Phase, cell.IsRendered) = (CellPhase.Publishing, false);
            else Wait(cell);
        }
    }

    static void Reopen(JobState job, CellPhase phase)
    {
        if (phase == CellPhase.Failed) job.Counts.Failed--;
        else job.Counts.Dropped--;
        if (job.Status == JobStatus.Done) job.Status = JobStatus.Active;
    }

    void Take(JobState job, CellSpec spec)
    {
        job.Counts.Found++;
        if (_cells.TryGetValue(spec.Id, out var cell))
        {
            TakeKnown(job, spec, cell);
            return;
        }

        cell = new CellState { Claims = [new CellClaim(job.Spec.Id, spec)], Attempt = AttemptsBefore };
        _cells.Add(spec.Id, cell);
        job.Cells.Add(spec.Id);
        job.Rungs?.Add(spec);
        cell.StopAt = job.Rungs?.NextStop(spec);
        Wait(cell);
    }

    /// <summary>A cell from before a restart, of a photo with the same bytes, or of another job. Each place gets the result once.</summary>
    static void TakeKnown(JobState job, CellSpec spec, CellState cell)
    {
        var claim = cell.Claims.Find(claim => claim.Job == job.Spec.Id && claim.Spec.Output == spec.Output);
        if (claim is null) cell.Claims.Add(new CellClaim(job.Spec.Id, spec));
        else claim.IsCounted = true;
        job.Cells.Add(spec.Id);
        if (cell.Phase == CellPhase.Finished) job.Counts.Earlier++;
        else Count(job, cell.Phase);
    }

    void TakeEarlier(JobState job, EarlierCell earlier)
    {
        if (_cells.TryGetValue(earlier.Cell.Id, out var known))
        {
            if (known.IsEnded || known.Phase == CellPhase.Publishing)
            {
                job.Counts.Found++;
                TakeKnown(job, earlier.Cell, known);
                return;
            }

            Detach(known);
        }

        var claims = known?.Claims ?? [];
        if (known is null) job.Rungs?.Add(earlier.Cell);
        if (!claims.Any(claim => claim.Job == job.Spec.Id)) claims.Add(new CellClaim(job.Spec.Id, earlier.Cell));
        job.Cells.Add(earlier.Cell.Id);
        job.Rungs?.Finished(earlier.Cell);
        job.Counts.Found++;
        job.Counts.Earlier++;
        _cells[earlier.Cell.Id] = new CellState
        {
            Claims = claims,
            Phase = CellPhase.Finished,
            Attempt = known?.Attempt ?? AttemptsBefore,
            Step = earlier.Cell.Steps,
            Losses = earlier.Losses,
            Score = earlier.Score,
        };
    }

    static void Count(JobState job, CellPhase phase)
    {
        if (phase == CellPhase.Finished) job.Counts.Finished++;
        if (phase == CellPhase.Dropped) job.Counts.Dropped++;
        if (phase == CellPhase.Failed) job.Counts.Failed++;
    }

    static void AddFault(JobState job, FaultyInput fault)
    {
        if (job.Faults.Count < JobState.MaxFaultsKept) job.Faults.Add(fault);
    }

    /// <summary>Ends a cell for all who asked for it. A batch forgets what is finished: the store remembers.</summary>
    void End(CellState cell, CellPhase phase)
    {
        Detach(cell);
        cell.Phase = phase;
        var isWanted = phase != CellPhase.Finished;
        foreach (var claim in cell.Claims)
        {
            var job = Job(claim.Job);
            if (claim.IsCounted) Count(job, phase);
            if (job.Spec.Kind == JobKind.Sweep) isWanted = true;
            else if (phase == CellPhase.Finished) job.Cells.Remove(cell.Spec.Id);
        }

        if (!isWanted) _cells.Remove(cell.Spec.Id);
    }

    /// <summary>A job does not want a cell any more; another that does takes it over.</summary>
    void Leave(CellState cell, JobState job)
    {
        Detach(cell);
        var isOwner = cell.Job == job.Spec.Id;
        if (isOwner) job.Rungs?.Failed(cell.Spec);
        job.Cells.Remove(cell.Spec.Id);
        if (cell.Claims.All(claim => claim.Job == job.Spec.Id))
        {
            AttemptsBefore = Math.Max(AttemptsBefore, cell.Attempt);
            _cells.Remove(cell.Spec.Id);
            return;
        }

        cell.Claims.RemoveAll(claim => claim.Job == job.Spec.Id);
        if (cell.IsEnded) return;
        if (isOwner) cell.StopAt = null;
        Wait(cell);
    }
}
