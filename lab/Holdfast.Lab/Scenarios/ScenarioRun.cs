using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Topology;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Scenarios;

/// <summary>A scenario with the built-in client, on a cluster of its own in virtual time.</summary>
internal sealed class ScenarioRun
{
    private readonly ScenarioPlayer player;
    private readonly WorkloadClient client;

    public ScenarioRun(Scenario scenario, ulong seed, Action<string> writeLine)
    {
        var scheduler = new Scheduler(seed, new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var replication = Replication.Network(scenario.Datacenters.Select(d => KeyValuePair.Create(d.Name, Math.Min(3, d.Nodes))));
        Cluster = new LabCluster(scheduler, new ClusterOptions { Name = scenario.Name, Datacenters = scenario.Datacenters })
        {
            UnknownReplication = replication,
        };
        Cluster.StartWarm();
        scheduler.RunFor(LabCluster.WarmUp);
        var faults = new FaultBoard(Cluster);
        Timeline = new Timeline(Cluster, faults, writeLine);
        client = new WorkloadClient(Cluster, replication, scenario.Workload, Timeline.Count);
        player = new ScenarioPlayer(scenario, Cluster, faults, Timeline);
        player.WorkloadSwitched += isOn => client.IsOn = isOn;
    }

    public LabCluster Cluster { get; }

    public Timeline Timeline { get; }

    public TimeSpan End => player.End;

    /// <summary>Schedules everything; whoever owns the scheduler then runs it to <see cref="End"/>.</summary>
    public void Begin()
    {
        client.Start();
        player.Begin();
        Timeline.BeginSums();
    }
}
