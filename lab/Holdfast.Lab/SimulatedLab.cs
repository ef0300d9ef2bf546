using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;
using Holdfast.Lab.Transport.Memory;

namespace Holdfast.Lab;

/// <summary>
/// A whole lab for whoever simulates something against it: a cluster that has run for long, clients in memory, faults by name
/// and the oracle, all on one scheduler that its owner runs. One seed, one course of events.
/// </summary>
internal sealed class SimulatedLab
{
    public SimulatedLab(ulong seed, ClusterOptions? options = null)
    {
        Scheduler = new Scheduler(seed, new DateTimeOffset(2023, 1, 24, 20, 0, 0, TimeSpan.Zero));
        Cluster = new LabCluster(Scheduler, options ?? new ClusterOptions());
        Faults = new FaultBoard(Cluster);
        Clients = new MemoryNetwork(Cluster);
        Cluster.StartWarm();
        Scheduler.RunFor(LabCluster.WarmUp);
        Verdicts = new VerdictTimeline(Cluster);
    }

    /// <summary>Schedule with At and After, run with RunFor and RunUntil; draw from a fork of its Randomness.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>The scheduler's clock, timers included.</summary>
    public TimeProvider Time => Scheduler.Time;

    public LabCluster Cluster { get; }

    /// <summary>Where clients connect, by a node's address.</summary>
    public MemoryNetwork Clients { get; }

    public FaultBoard Faults { get; }

    /// <summary>Which coordinator could serve what and when.</summary>
    public VerdictTimeline Verdicts { get; }

    /// <summary>A fault as `lab fault` takes it: its kind, its nodes, its arguments as name=value.</summary>
    public ActiveFault Fault(string kind, string nodes, params string[] arguments) => Faults.Apply(
        kind,
        nodes.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        [.. arguments.Select(a => a.Split('=', 2)).Select(a => (a[0], a.Length == 2 ? a[1] : ""))]);
}
