using System.Collections.Immutable;
using System.Globalization;
using StyleFarm.Cli.Farm.Sweeps;
using StyleFarm.Coordinator.Reports;
using StyleFarm.Coordinator.State;
using StyleFarm.Coordinator.Sweeps;
using StyleFarm.Messages;
using StyleFarm.Messages.Cells;
using StyleFarm.Messages.Jobs;
using StyleFarm.Messages.Ports;
using StyleFarm.StyleTransfer.Imaging;
using StyleFarm.StyleTransfer.Results;

namespace StyleFarm.Cli.Farm.Reports;

/// <summary>Gathers what a report shows of a sweep: the cells from the farm, their pictures and losses from the store.</summary>
/// <param name="store">Where previews, pictures and telemetry are.</param>
/// <param name="clock">Says when the report was made.</param>
sealed class ReportBuilder(IObjectStore store, TimeProvider clock)
{
    const int MaxFilmFrames = 12;

    /// <summary>Pictures in one report; more would make the page too heavy to open.</summary>
    const int MaxPictures = 4000;

    const int AxisPictureSide = 96;

    readonly PreviewShelf _shelf = new(store);

    /// <summary>Gathers it all.</summary>
    /// <param name="job">The sweep's job.</param>
    /// <param name="sweep">The sweep.</param>
    /// <param name="cells">What became of its cells.</param>
    /// <param name="pathOf">Where the full picture of a cell lies, relative to the page; null when nowhere.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task<ReportModel> Build(JobSpec job, SweepCells sweep, IReadOnlyList<CellState> cells, Func<CellSpec, string?> pathOf,
        CancellationToken cancellationToken)
    {
        var plan = SweepPlan.Of(sweep.Sweep);
        var points = sweep.Points().ToDictionary(point => point.Index);
        var specs = cells.Select(cell => (State: cell, cell.Claims.Find(claim => claim.Job == job.Id)!.Spec))
            .OrderBy(cell => cell.Spec.Index).ToList();
        var frames = Math.Clamp(MaxPictures / Math.Max(1, specs.Count), 1, MaxFilmFrames);
        var report = ImmutableArray.CreateBuilder<ReportCell>(specs.Count);
        foreach (var (state, spec) in specs)
            report.Add(await Cell(state, spec, points[spec.Index], frames, pathOf, cancellationToken).ConfigureAwait(false));
        return new ReportModel
        {
            JobId = job.Id.ToString(),
            JobName = job.Name,
            Kind = ReportKind.Sweep,
            Created = clock.GetUtcNow(),
            RecipeName = job.RecipeName,
            Version = Provenance.Version,
            Axes = [.. plan.Axes.Select(axis => Axis(axis, specs.Select(cell => (points[cell.Spec.Index], cell.Spec)).ToList()))],
            Cells = report.DrainToImmutable(),
        };
    }

    async Task<ReportCell> Cell(CellState state, CellSpec spec, SweepPoint point, int frames, Func<CellSpec, string?> pathOf,
        CancellationToken cancellationToken)
    {
        var previews = await _shelf.Previews(spec.Id, cancellationToken).ConfigureAwait(false);
        var film = ImmutableArray.CreateBuilder<FilmFrame>();
        foreach (var step in Spread(previews, frames))
            film.Add(new FilmFrame(step, await _shelf.Preview(spec.Id, step, cancellationToken).ConfigureAwait(false)));
        var isFinished = state.Phase == CellPhase.Finished;
        return new ReportCell
        {
            Id = spec.Id.ToString(),
            Values = point.Labels,
            State = StateOf(state.Phase),
            StepsDone = isFinished ? spec.Steps : Math.Max(state.Step, previews.Count > 0 ? previews[^1] : 0),
            StepsPlanned = spec.Steps,
            Score = state.Score?.Balanced,
            ContentTerm = state.Score?.Content,
            StyleTerm = state.Score?.Style,
            Losses = state.Losses is { } losses ? new FinalLosses(losses.Content, losses.Style, losses.Tv, losses.Total) : null,
            Seconds = state.Seconds > 0 ? state.Seconds : null,
            Error = state.Phase == CellPhase.Dropped
                ? string.Create(CultureInfo.InvariantCulture, $"stopped at step {state.Step}: others did better")
                : state.Phase == CellPhase.Failed ? state.Error : null,
            Film = film.DrainToImmutable(),
            Thumbnail = previews.Count > 0 ? await _shelf.Preview(spec.Id, previews[^1], cancellationToken).ConfigureAwait(false) : default,
            Curve = await _shelf.Telemetry(spec.Id, cancellationToken).ConfigureAwait(false) is { Count: > 0 } reports
                ? LossCurve.From(reports) : null,
            ResultPath = isFinished ? pathOf(spec) : null,
        };
    }

    /// <summary>So many of the steps, evenly, the last one among them.</summary>
    static IEnumerable<int> Spread(IReadOnlyList<int> steps, int count)
    {
        if (steps.Count <= count) return steps;
        return Enumerable.Range(1, count).Select(i => steps[(int)((long)i * steps.Count / count) - 1]);
    }

    static ReportState StateOf(CellPhase phase) => phase switch
    {
        CellPhase.Finished => ReportState.Finished,
        CellPhase.Dropped => ReportState.Stopped,
        CellPhase.Failed => ReportState.Failed,
        _ => ReportState.Waiting,
    };

    static ReportAxis Axis(PlanAxis axis, List<(SweepPoint Point, CellSpec Spec)> cells) => new(axis.Name,
        [.. axis.Labels.Select(label => new AxisValue(label, PictureOf(axis.Name, label, cells)))],
        axis.IsLog ? AxisScale.Logarithmic : axis.IsNumeric ? AxisScale.Linear : AxisScale.Category);

    /// <summary>A small picture of the content or the style that a value names.</summary>
    static byte[] PictureOf(string axis, string label, List<(SweepPoint Point, CellSpec Spec)> cells)
    {
        if (axis is not ("content" or "style")) return [];
        var place = axis == "content" ? 0 : 1;
        var spec = cells.Find(cell => cell.Point.Labels[place] == label).Spec;
        if (spec is null) return [];
        try
        {
            var path = axis == "content" ? spec.Content.Location : spec.Styles[0].Input.Location;
            return ImageFile.Encode(ImageFile.Load(path, SizeSpec.AtMost(AxisPictureSide)), ".jpg");
        }
        catch (StyleFarmException)
        {
            // The picture is gone since; the report is worth more than its thumbnail.
            return [];
        }
    }
}
