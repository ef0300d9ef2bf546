using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Scenarios;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Control;

/// <summary>What the control API works on. The player is there when a scenario is.</summary>
internal sealed record ControlledLab(
    RealTimeDriver Driver, LabCluster Cluster, FaultBoard Faults, VerdictTimeline Verdicts, ScenarioPlayer? Player = null)
{
    /// <summary>On the loop thread. What the caller should be told when there is nothing to begin.</summary>
    public string? Begin()
    {
        if (Player is null)
        {
            return "this lab plays no scenario";
        }

        if (Player.HasBegun)
        {
            return "the scenario has begun already";
        }

        Player.Begin();
        return null;
    }
}
