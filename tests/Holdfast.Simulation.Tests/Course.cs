using Holdfast.Incidents.Judging;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cluster.Judging;
using Holdfast.Lab.Simulation;
using Holdfast.Incidents.Plans;
using Holdfast.Simulation.Tests.Sites;
using Level = Holdfast.Lab.Protocol.ConsistencyLevel;

namespace Holdfast.Simulation.Tests;

/// <summary>
/// The course of one seed: a site, a minute of random faults under traffic, everything healed, a minute and a half to recover, and an even
/// spread at the end. What was not as it must be is in <see cref="Violations"/>.
/// </summary>
internal sealed class Course
{
    private static readonly TimeSpan s_trouble = TimeSpan.FromSeconds(60);

    /// <summary>A restarted node needs half a minute until its CQL port opens, and another one to be even with the others.</summary>
    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan s_measure = TimeSpan.FromSeconds(15);

    /// <summary>The design's promise: an even spread so long after a node has healed.</summary>
    private static readonly TimeSpan s_even = TimeSpan.FromSeconds(60);

    private Course(ulong seed, FaultPlan plan, SimulatedSite site)
    {
        Seed = seed;
        Plan = plan;
        Violations = site.Judge.Violations;
        Requests = site.Requests;
        Failed = site.Judge.Failed;
        LostByTheCluster = site.Judge.LostByTheCluster;
        Worst = site.WorstLatency;
        Log = site.Log;
    }

    public ulong Seed { get; }

    public FaultPlan Plan { get; }

    public IReadOnlyList<string> Violations { get; }

    public IReadOnlyList<string> Log { get; }

    public int Requests { get; }

    public int Failed { get; }

    public int LostByTheCluster { get; }

    public TimeSpan Worst { get; }

    public static Course Run(ulong seed)
    {
        Randomness random = new Randomness(seed).Fork("course");
        int nodes = random.Chance(0.7) ? 3 : 4 + random.Next(3);
        FaultPlan plan = new RandomPlan(random.Fork("plan"), nodes).Draw();
        using SimulatedSite site = new(seed, new SiteOptions { NodesPerDataCenter = nodes, Rate = 60, MayLose = plan.MayLose });
        try
        {
            Play(site, plan);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            site.Judge.Violations.Add(fault.ToString()); // with its seed, and without ending the other seeds
        }

        return new Course(seed, plan, site);
    }

    public override string ToString() =>
        $"seed {Seed}: {Requests} requests, {Failed} failed, {LostByTheCluster} lost by the cluster, worst {Worst.TotalSeconds:0.000} s, {Violations.Count} violations; {Plan}";

    private static void Play(SimulatedSite site, FaultPlan plan)
    {
        if (!site.Ready)
        {
            site.Judge.Violations.Add("not ready after half a minute");
        }

        site.Begin(plan);
        site.Visit(s_trouble);
        site.Heal();
        site.Visit(s_recovery);
        TimeSpan since = site.Now;
        site.Visit(s_measure);
        JudgeSpread(site, since);
        site.Rest(TimeSpan.FromSeconds(5));
    }

    /// <summary>Where every coordinator has been well for a minute, each one serves about as much as the others.</summary>
    private static void JudgeSpread(SimulatedSite site, TimeSpan since)
    {
        Node[] local = [.. site.Lab.Cluster.Nodes.Where(node => node.Datacenter == "eqiad")];
        bool well = local.All(node => node.Disk.Tokens.All(token => site.Lab.Verdicts.Throughout(
            node.Index, new Question(token, SiteJudge.Replication, Level.LocalQuorum, IsWrite: true), since - s_even, site.Now) == Verdict.Serves));
        if (!well)
        {
            return;
        }

        for (int i = 0; i < site.Instances.Count; i++)
        {
            IReadOnlyDictionary<string, long> served = site.Traffic[i].ServedSince(since);
            long all = served.Values.Sum();
            Dictionary<string, double> fair = local.ToDictionary(node => node.Address.ToString(), node => all * site.ShareOf(node));
            if (site.Instances[i].Coordinators().Count != local.Length || served.Any(pair => Math.Abs(pair.Value - fair[pair.Key]) > (0.4 * fair[pair.Key]) + (3 * Math.Sqrt(fair[pair.Key]))))
            {
                string states = string.Join(", ", site.Instances[i].Coordinators().Select(c => $"{c.Address} {c.State} {c.Weight:0.00}"));
                site.Judge.Violations.Add(
                    $"{site.Now}: instance {i} spreads its requests unevenly: {string.Join(", ", served.Select(pair => $"{pair.Key} {pair.Value} of {fair.GetValueOrDefault(pair.Key):0}"))} ({states})");
            }
        }
    }
}
