using StyleFarm.Coordinator;

namespace StyleFarm.Cli.Farm.Display;

/// <summary>Why pictures wait, in a few words.</summary>
static class WaitText
{
    /// <summary>The words for a reason.</summary>
    public static string Of(WaitReason reason) => reason switch
    {
        WaitReason.Paused => "job paused",
        WaitReason.Asleep => "of an earlier command",
        WaitReason.NoNode => "no node yet",
        WaitReason.NoNodeFits => "too large for every node",
        WaitReason.NodesBlocked => "nodes emptied or benched",
        WaitReason.BackingOff => "tried again later",
        WaitReason.Quota => "job has its share of nodes",
        WaitReason.FillingShard => "to be rendered together",
        WaitReason.NodesBusy => "nodes busy",
        WaitReason.AtRung => "compared at a rung",
        WaitReason.Publishing => "being written",
        _ => "for their turn",
    };
}
