using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;

namespace Holdfast.Lab.Scenarios;

/// <summary>Plays a scenario's timeline on a cluster, whoever its clients are: puts its steps into the scheduler.</summary>
internal sealed class ScenarioPlayer(Scenario scenario, LabCluster cluster, FaultBoard faults, Timeline timeline)
{
    /// <summary>The service itself stops or starts, which is its client's affair.</summary>
    public event Action<bool>? WorkloadSwitched;

    /// <summary>The scenario's time is over.</summary>
    public event Action? Ended;

    public bool HasBegun { get; private set; }

    /// <summary>The scenario's end in the scheduler's time, once it has begun.</summary>
    public TimeSpan End { get; private set; }

    /// <summary>The scenario's zero is now; whoever owns the scheduler then runs it to <see cref="End"/>.</summary>
    public void Begin()
    {
        HasBegun = true;
        var start = cluster.Scheduler.Now;
        End = start + scenario.Lasts;
        timeline.Begin();
        foreach (var step in scenario.Timeline)
        {
            cluster.Scheduler.At(start + step.At, () => Play(step));
        }

        cluster.Scheduler.At(End, () => Ended?.Invoke());
    }

    /// <summary>
    /// What is wrong with a request was told when the file was read; what the nodes are by now may still forbid it, and that is a line
    /// of the timeline and no end of the play.
    /// </summary>
    private void Apply(FaultRequest request)
    {
        try
        {
            faults.Apply(request);
        }
        catch (FaultRequestException refused)
        {
            timeline.Note($"{request.Kind} cannot be done now: {refused.Message}");
        }
    }

    private void Play(ScenarioStep step)
    {
        if (step.Note is { } note)
        {
            timeline.Note(note);
        }

        switch (step)
        {
            case FaultStep fault:
                Apply(fault.Fault);
                break;
            case HealStep heal:
                foreach (var active in faults.Active.Where(f => heal.Kind is null || f.Request.Kind == heal.Kind).ToList())
                {
                    faults.Heal(active.Id);
                }

                break;
            case WorkloadStep workload:
                timeline.Note(workload.IsOn ? "the service runs" : "no instance of the service runs");
                WorkloadSwitched?.Invoke(workload.IsOn);
                break;
            case WipeStep:
                foreach (var store in cluster.Nodes.Select(n => n.Disk.Store))
                {
                    store.Clear(cluster.Scheduler.Now);
                }

                timeline.Note("all sessions wiped");
                break;
            default:
                break;
        }
    }
}
