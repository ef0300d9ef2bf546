using Holdfast.Cql.Health;
using Holdfast.Lab.Cluster.Coordination;

namespace Holdfast.Simulation.Tests.Sites;

/// <summary>What is simulated.</summary>
internal sealed record SiteOptions
{
    public int NodesPerDataCenter { get; init; } = 3;

    public int Instances { get; init; } = 2;

    /// <summary>Requests a second, all instances together.</summary>
    public double Rate { get; init; } = 200;

    public double Reads { get; init; } = 0.7;

    public double Deletes { get; init; } = 0.05;

    public int Keys { get; init; } = 200;

    /// <summary>The even instances' clocks are ahead by this, the odd ones' behind.</summary>
    public TimeSpan Skew { get; init; } = TimeSpan.FromMilliseconds(500);

    public bool Protection { get; init; } = true;

    public HealthOptions Health { get; init; } = new();

    /// <summary>How long the cluster's own coordinators wait for replicas.</summary>
    public RequestTimeouts Timeouts { get; init; } = new();

    /// <summary>False where so many coordinators are not looked at ten times a second.</summary>
    public bool Samples { get; init; } = true;

    /// <summary>Set for faults by which the cluster itself may lose what it acknowledged: such losses are then counted apart.</summary>
    public bool MayLose { get; init; }
}
