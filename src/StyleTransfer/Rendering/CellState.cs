using StyleFarm.StyleTransfer.Optimisation;

namespace StyleFarm.StyleTransfer.Rendering;

/// <summary>One cell on its way through a batch: where it stands and what the divergence guard knows of it.</summary>
sealed class CellState(int index, BatchCell order) : IDisposable
{
    /// <summary>A total this many times the first one of the pass counts as exploded.</summary>
    const double ExplosionFactor = 1e4;

    const int GuardEverySteps = 10;

    /// <summary>A total this many times the one a guard interval before may be an explosion on its way.</summary>
    const double CalmFactor = 2;

    /// <summary>Its place in the batch as it was given.</summary>
    public int Index { get; } = index;

    public BatchCell Order { get; } = order;

    public RenderCell Cell => Order.Cell;

    /// <summary>The pass that is running, from 0.</summary>
    public int Pass { get; set; }

    /// <summary>The next step, counted over all passes.</summary>
    public int Step { get; set; }

    /// <summary>What the divergence guard multiplies the learning rate with.</summary>
    public double RateFactor { get; set; } = 1;

    /// <summary>How often the guard has taken the cell back.</summary>
    public int Rollbacks { get; set; }

    /// <summary>The first total of the pass, which later ones are measured by; null before it is known.</summary>
    public double? FirstTotal { get; set; }

    /// <summary>The total at the last of the steps at which the guard looks for a state to keep; null before the first.</summary>
    public double? GuardTotal { get; set; }

    /// <summary>Its tensors while it is in no running pass, one row; belongs to the cell.</summary>
    public CellTensors? Tensors { get; set; }

    /// <summary>The step that the guard goes back to, and the tensors then; null in the first step of a pass.</summary>
    public (int Step, CellTensors Tensors)? Good { get; private set; }

    /// <summary>Whether it has left the batch for good.</summary>
    public bool HasLeft { get; set; }

    public RenderPass Plan => Cell.Plan.Passes[Pass];

    /// <summary>Steps done in this pass.</summary>
    public int StepsInPass => Step - Plan.FirstStep;

    public bool IsAtPassEnd => StepsInPass >= Plan.Steps;

    public bool IsAtEnd => IsAtPassEnd && Pass == Cell.Plan.Passes.Length - 1;

    public bool IsAtRung => Order.StopAt is { } rung && Step >= rung;

    /// <summary>The next step's learning rate.</summary>
    public double Rate => StepSchedule.LearningRate(Cell.Recipe.Schedule, Plan.Lr, Step) * RateFactor;

    /// <summary>Whether the guard keeps the state where the cell stands, whose total this is, as the one to go back to.</summary>
    public bool IsToKeep(double total) => IsGuardDue && !(total > CalmFactor * GuardTotal);

    /// <summary>Whether the guard looks for a state to keep where the cell stands.</summary>
    public bool IsGuardDue => StepsInPass % GuardEverySteps == 0 && !IsAtPassEnd;

    /// <summary>Whether a total is not finite or has exploded. The first of a pass sets the measure.</summary>
    public bool HasDiverged(double total)
    {
        if (!double.IsFinite(total)) return true;
        FirstTotal ??= total;
        return FirstTotal is > 0 and var first && total > ExplosionFactor * first;
    }

    /// <summary>Makes a state the one to go back to; takes the tensors over.</summary>
    public void KeepGood(int step, CellTensors tensors)
    {
        ForgetGood();
        Good = (step, tensors);
    }

    public void ForgetGood()
    {
        Good?.Tensors.Dispose();
        Good = null;
    }

    /// <summary>Goes back to the good state, which there must be, at half the rate.</summary>
    public void GoBack()
    {
        Rollbacks++;
        RateFactor /= 2;
        Step = Good!.Value.Step;
        GuardTotal = null;
    }

    /// <summary>Begins the next pass with these tensors; takes them over.</summary>
    public void BeginPass(CellTensors tensors)
    {
        ForgetGood();
        (FirstTotal, GuardTotal) = (null, null);
        Pass++;
        Tensors = tensors;
    }

    public void Dispose()
    {
        Tensors?.Dispose();
        ForgetGood();
    }
}
