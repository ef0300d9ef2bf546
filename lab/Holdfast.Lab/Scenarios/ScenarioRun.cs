using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Clients;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport.Memory;
using Holdfast.Lab.Workload;

namespace Holdfast.Lab.Scenarios;

/// <summary>A scenario with the built-in client, on a cluster of its own in virtual time.</summary>
internal sealed class ScenarioRun
{
    private static readonly TimeSpan Connects = TimeSpan.FromSeconds(1);

    private readonly ScenarioPlayer player;
    private readonly WorkloadClient client;

    public ScenarioRun(Scenario scenario, ulong seed, Action<string> writeLine)
    {
        var scheduler = new Scheduler(seed, new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Cluster = new LabCluster(scheduler, new ClusterOptions
        {
            Name = scenario.Name,
            Datacenters = scenario.Datacenters,
            Credentials = new Credentials("lab", "lab"), // or refused credentials would be no fault at all
        });
        Cluster.StartWarm();
        scheduler.RunFor(LabCluster.WarmUp);
        SessionSchema.Create(Cluster, scenario.Datacenters);
        Faults = new FaultBoard(Cluster);
        Timeline = new Timeline(Cluster, Faults, writeLine);
        client = new WorkloadClient(
            new MemoryNetwork(Cluster),
            Cluster,
            scenario.Workload,
            result =>
            {
                Timeline.Count(result);
                Answered?.Invoke(result);
            },
            Timeline.Client);
        scheduler.RunFor(Connects);
        player = new ScenarioPlayer(scenario, Cluster, Faults, Timeline);
        player.WorkloadSwitched += isOn => client.IsOn = isOn;
    }

    /// <summary>Each request of the workload, as it ends.</summary>
    public event Action<WorkloadResult>? Answered;

    public LabCluster Cluster { get; }

    public FaultBoard Faults { get; }

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
