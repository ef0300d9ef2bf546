using System.Net;
using Holdfast.Cql;
using Holdfast.Cql.Coordinators;
using Holdfast.Cql.Health;
using Holdfast.Incidents.Plans;
using Holdfast.Lab.Cluster;
using Holdfast.Simulation.Tests.Sites;

namespace Holdfast.Simulation.Tests.Scale;

/// <summary>
/// This folder: what no machine of ours can hold. Two data centres of many nodes, many instances, and every host of one data centre rebooted
/// in turn, each tenth of which comes back blind.
/// </summary>
internal sealed class LargeSite
{
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(30);

    private LargeSite(int nodes, int instances, double rate, int rebooted)
    {
        Nodes = nodes;
        _rebooted = rebooted;
        Site = new SimulatedSite(20_230_124, new SiteOptions { NodesPerDataCenter = nodes, Instances = instances, Rate = rate, Keys = 5_000, Samples = false, MayLose = true });
        Site.Lab.Verdicts.Keep = TimeSpan.FromSeconds(8);
    }

    private readonly int _rebooted;

    public int Nodes { get; }

    public SimulatedSite Site { get; }

    /// <summary>Quorum probes that all instances sent while nothing was wrong, of all requests that reached a coordinator.</summary>
    public double ProbeShare { get; private set; }

    /// <summary>The same while hosts are rebooted; and how many probes a second one instance sends then.</summary>
    public (double Share, double ASecondAnInstance) ProbesInReboots { get; private set; }

    /// <summary>
    /// How long the slowest instance took, from the first request that a rebooted host failed it, until it sent that host nothing more.
    /// </summary>
    public TimeSpan Left { get; private set; }

    /// <summary>Instances that took a host back while it was blind.</summary>
    public int TakenBackBlind { get; private set; }

    /// <summary>For each blind host: requests of all instances that failed through it and went on through another.</summary>
    public IReadOnlyList<long> Exposures { get; private set; } = [];

    /// <summary>Connections of all instances to one node, at most; and on average.</summary>
    public (int Most, double Mean) Connections { get; private set; }

    /// <summary>The load of the node with the most, over what the ring gives it; three standard deviations of chance are taken off.</summary>
    public double Unevenness { get; private set; }

    public static LargeSite Run(int nodes, int instances, double rate, int rebooted)
    {
        LargeSite large = new(nodes, instances, rate, rebooted);
        large.Play();
        return large;
    }

    private void Play()
    {
        Site.Visit(s_quiet);
        (long requests, long probes) before = Count();
        Dictionary<string, long> served = Served();
        Site.Visit(s_quiet);
        (long requests, long probes) = Count();
        ProbeShare = (double)(probes - before.probes) / (requests - before.requests);
        JudgeLoad(served);

        List<PlannedFault> faults = [];
        for (int i = 0; i < _rebooted; i++)
        {
            string node = $"eqiad-{i + 1}";
            faults.Add(i % 10 == 0
                ? new PlannedFault(s_every * i, "rejoin-blind", node, "down=5s", "for=60s")
                : new PlannedFault(s_every * i, "reboot-hard", node, "down=5s"));
        }

        before = Count();
        TimeSpan began = Site.Now;
        foreach (PlannedFault fault in faults)
        {
            IPEndPoint host = Site.Lab.Cluster.Nodes.Single(node => node.Name == fault.Nodes).Address;
            Site.Lab.Scheduler.After(fault.At, () => Watch(host, isBlind: fault.Kind == "rejoin-blind"));
        }

        Site.Begin(new FaultPlan(faults));
        Site.Visit((s_every * _rebooted) + TimeSpan.FromSeconds(60));
        (requests, probes) = Count();
        ProbesInReboots = (
            (double)(probes - before.probes) / (requests - before.requests),
            (probes - before.probes) / (Site.Now - began).TotalSeconds / Site.Instances.Count);
        Exposures = [.. faults.Where(fault => fault.Kind == "rejoin-blind").Select(fault => Exposure(fault))];
    }

    /// <summary>Looks at one host as every instance sees it, until a while after it may be well again.</summary>
    private void Watch(IPEndPoint host, bool isBlind)
    {
        TimeSpan until = Site.Now + s_every;
        foreach (CqlCluster instance in Site.Instances)
        {
            if (instance.Core.Table.All.FirstOrDefault(c => c.Host.EndPoint.Equals(host)) is { } coordinator)
            {
                Look(coordinator, coordinator.Failed, null, hasLeft: false);
            }
        }

        void Look(Coordinator coordinator, long failed, TimeSpan? since, bool hasLeft)
        {
            since ??= coordinator.Failed > failed ? Site.Now : null;
            bool isUp = coordinator.State == CoordinatorState.Up;
            if (!isUp && !hasLeft)
            {
                hasLeft = true;
                Left = since is { } first && Site.Now - first > Left ? Site.Now - first : Left;
            }

            TakenBackBlind += isBlind && isUp && hasLeft ? 1 : 0;
            if (Site.Now < until && !(isUp && hasLeft))
            {
                Site.Lab.Scheduler.After(s_look, () => Look(coordinator, failed, since, hasLeft));
            }
        }
    }

    /// <summary>Attempts through the host that failed, since its port opened again.</summary>
    private long Exposure(PlannedFault fault)
    {
        string address = Site.Lab.Cluster.Nodes.Single(node => node.Name == fault.Nodes).Address.ToString();
        return Site.Instances.Sum(instance => instance.Coordinators().Where(c => c.Address == address).Sum(c => c.Failed));
    }

    private (long Requests, long Probes) Count() => (
        Site.Instances.Sum(instance => instance.Coordinators().Sum(c => c.Served + c.Failed)),
        Site.Instances.Sum(instance => instance.Core.ProbesSent));

    private Dictionary<string, long> Served() => Site.Instances
        .SelectMany(instance => instance.Coordinators())
        .GroupBy(c => c.Address, c => c.Served)
        .ToDictionary(group => group.Key, group => group.Sum());

    private void JudgeLoad(Dictionary<string, long> before)
    {
        Dictionary<string, long> now = Served();
        Node[] local = [.. Site.Lab.Cluster.Nodes.Where(node => node.Datacenter == "eqiad")];
        double all = now.Values.Sum() - before.Values.Sum();
        Unevenness = local.Max(node =>
        {
            string address = node.Address.ToString();
            double fair = all * Site.ShareOf(node);
            return (now.GetValueOrDefault(address) - before.GetValueOrDefault(address) - (3 * Math.Sqrt(fair))) / fair;
        });
        int[] connections = [.. local.Select(n => Site.Instances.Count(i => i.Coordinators().Any(c => c.Address == n.Address.ToString())))];
        Connections = (connections.Max(), connections.Average());
    }
}
