using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Scenarios;

/// <summary>Plays a scenario on a cluster: puts its steps into the scheduler and writes down what came of them.</summary>
internal sealed class ScenarioPlayer
{
    private readonly Scenario scenario;
    private readonly Replication replication;
    private readonly WorkloadClient client;

    public ScenarioPlayer(Scenario scenario, ulong seed, Action<string> writeLine)
    {
        this.scenario = scenario;
        var scheduler = new Scheduler(seed, new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        replication = Replication.Network(scenario.Datacenters.Select(d => KeyValuePair.Create(d.Name, Math.Min(3, d.Nodes))));
        Cluster = new LabCluster(scheduler, new ClusterOptions { Name = scenario.Name, Datacenters = scenario.Datacenters })
        {
            UnknownReplication = replication,
        };
        Cluster.StartWarm();
        scheduler.RunFor(TimeSpan.FromSeconds(60)); // so that every failure detector has a history
        Start = scheduler.Now;
        Faults = new FaultBoard(Cluster);
        Timeline = new Timeline(Cluster, Faults, Start, writeLine);
        client = new WorkloadClient(Cluster, replication, scenario.Workload, Timeline.Count);
    }

    public LabCluster Cluster { get; }

    public FaultBoard Faults { get; }

    public Timeline Timeline { get; }

    /// <summary>The scenario's zero in the scheduler's time.</summary>
    public TimeSpan Start { get; }

    public TimeSpan End => Start + scenario.Lasts;

    /// <summary>Schedules everything; whoever owns the scheduler then runs it to <see cref="End"/>.</summary>
    public void Begin()
    {
        client.Start();
        Timeline.Begin();
        foreach (var step in scenario.Timeline)
        {
            Cluster.Scheduler.At(Start + step.At, () => Play(step));
        }
    }

    private void Play(ScenarioStep step)
    {
        if (step.Note is { } note)
        {
            Timeline.Note(note);
        }

        switch (step)
        {
            case FaultStep fault:
                Faults.Apply(fault.Fault);
                break;
            case HealStep heal:
                foreach (var active in Faults.Active.Where(f => heal.Kind is null || f.Request.Kind == heal.Kind).ToList())
                {
                    Faults.Heal(active.Id);
                }

                break;
            case WorkloadStep workload:
                client.IsOn = workload.IsOn;
                Timeline.Note(workload.IsOn ? "the service runs" : "no instance of the service runs");
                break;
            case WipeStep:
                foreach (var node in Cluster.Nodes)
                {
                    node.Disk.Store.Truncate(WorkloadClient.Table);
                }

                Timeline.Note("all sessions wiped");
                break;
            default:
                break;
        }
    }
}
