using StyleFarm.Coordinator.State;
using StyleFarm.Messages.Telemetry;
using StyleFarm.Messages.Wire;

namespace StyleFarm.Cli.Farm.Hosting;

/// <summary>Told what happens on a farm. Calls come from several threads; none may block.</summary>
interface IFarmWatch
{
    /// <summary>Something was decided about the job, and is kept.</summary>
    void Decided(FarmEvent happened);

    /// <summary>A cell has a checkpoint.</summary>
    void Progressed(CellProgress progress);

    /// <summary>The losses of a step; some are left out.</summary>
    void Losses(LossReport report);

    /// <summary>How the farm stands, now and then.</summary>
    void Glanced(FarmGlance glance);

    /// <summary>A remark.</summary>
    void Notice(string text);

    /// <summary>Something went wrong, and the farm goes on.</summary>
    void Warn(string text);
}
