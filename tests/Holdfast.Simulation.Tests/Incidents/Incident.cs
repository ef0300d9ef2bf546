using Holdfast.Cql.Health;
using Holdfast.Incidents.Plans;
using Holdfast.Simulation.Tests.Sites;

namespace Holdfast.Simulation.Tests.Incidents;

/// <summary>This folder: incidents by name, what each one must not do to a user, and which safeguards that is owed to.</summary>
internal sealed record Incident(string Name, FaultPlan Plan)
{
    public TimeSpan Lasts { get; init; } = TimeSpan.FromSeconds(90);

    public SiteOptions Site { get; init; } = new() { Rate = 100 };

    /// <summary>Nobody comes for so long while the faults begin.</summary>
    public TimeSpan Quiet { get; init; }

    /// <summary>A request that no coordinator could serve is forgiven; otherwise not one may fail.</summary>
    public bool MayFail { get; init; }

    /// <summary>Whatever else must hold.</summary>
    public IReadOnlyList<Bar> Bars { get; init; } = [];

    public IncidentRun Play(ulong seed, Safeguards without = Safeguards.None)
    {
        using SimulatedSite site = new(seed, Site with { MayLose = Plan.MayLose, Health = Site.Health with { Without = without } });
        TimeSpan began = site.Now;
        site.Begin(Plan);
        site.Rest(Quiet);
        site.Visit(Lasts - Quiet);
        site.Rest(TimeSpan.FromSeconds(5));
        List<string> broken = [.. site.Judge.Violations];
        if (!site.Ready)
        {
            broken.Add("not ready after half a minute");
        }

        if (!MayFail && site.Judge.Failed > 0)
        {
            broken.Add($"{site.Judge.Failed} requests failed");
        }

        broken.AddRange(Bars.Select(bar => bar(site, began)).OfType<string>());
        return new IncidentRun(this, seed, site.Requests, site.Judge.Failed, site.WorstLatency, broken, [.. site.Log])
        {
            FailedWhileBlind = FailedLately(site, TimeSpan.FromMinutes(3)),
        };
    }

    /// <summary>The share of the attempts of the last while that failed.</summary>
    private static double FailedLately(SimulatedSite site, TimeSpan lately)
    {
        (long served, long failed) = (0, 0);
        foreach (TrafficRecorder traffic in site.Traffic)
        {
            served += traffic.ServedSince(site.Now - lately).Values.Sum();
            failed += traffic.FailedSince(site.Now - lately).Values.Sum();
        }

        return failed / (double)Math.Max(1, served + failed);
    }

    public override string ToString() => Name;
}

/// <summary>Null when it holds; otherwise what is wrong.</summary>
/// <param name="site">What was played.</param>
/// <param name="began">When the plan began.</param>
internal delegate string? Bar(SimulatedSite site, TimeSpan began);

/// <summary>How an incident went.</summary>
internal sealed record IncidentRun(
    Incident Incident, ulong Seed, int Requests, int Failed, TimeSpan Worst, IReadOnlyList<string> Broken, IReadOnlyList<string> Log)
{
    /// <summary>Without protection one attempt is one request: the share that failed in the last three minutes.</summary>
    public double FailedWhileBlind { get; init; }

    public override string ToString() => FormattableString.Invariant(
        $"{Incident.Name}, seed {Seed}: {Requests} requests, {Failed} failed, worst {Worst.TotalMilliseconds:0} ms, {FailedWhileBlind:P1} of the last attempts failed; {Incident.Plan}");
}
