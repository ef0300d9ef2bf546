using Holdfast.Incidents.Plans;

namespace Holdfast.Acceptance.Cluster;

/// <summary>What was played on one site, and what of it must not have happened.</summary>
internal sealed class SiteRun
{
    /// <summary>The least share of the requests that were to come which has to have been sent: a test that hardly asks proves nothing.</summary>
    private const double SentMin = 0.3;

    /// <summary>Failures that only the machine's standing still excuses, at most: a share of the requests, and ten.</summary>
    private const double ExcusedMax = 0.001;

    /// <summary>Requests that a node out of service fails because nobody in service served them, at most: a share of those that came, and five.</summary>
    private const double LastResortMax = 0.01;

    /// <summary>The bar: quorum requests through a blind coordinator end so long after the first one.</summary>
    private static readonly TimeSpan s_left = TimeSpan.FromSeconds(1);

    /// <summary>What came of the last of them may be known only when its attempt has timed out.</summary>
    private static readonly TimeSpan s_attempt = TimeSpan.FromSeconds(0.6);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);

    private readonly List<string> _lines = [];
    private readonly List<string> _wrong = [];
    private readonly List<string> _broken = [];

    private SiteRun()
    {
    }

    /// <summary>What happened, for a person.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>What was answered wrongly, or not, as nothing excuses.</summary>
    public IReadOnlyList<string> Wrong => _wrong;

    /// <summary>What must not happen and did, on a machine that had the time for it.</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>For how long judgement was suspended.</summary>
    public TimeSpan Suspended { get; private set; }

    /// <summary>Plays on as many sites at the same time, which share the requests, and judges each.</summary>
    /// <param name="seed">The first site's; the others count up.</param>
    /// <param name="rate">Requests a second, all sites together.</param>
    /// <param name="plays">What is played on each.</param>
    public static async Task<SiteRun[]> PlayAsync(int seed, double rate, IReadOnlyList<Func<ServedSite, SiteRun, Task>> plays)
    {
        double share = rate / plays.Count;
        Task<ServedSite>[] opening = [.. plays.Select((_, number) => ServedSite.OpenAsync(seed + number, share))];
        try
        {
            ServedSite[] sites = await Task.WhenAll(opening);
            await Task.WhenAll(sites.Select(site => site.SettleAsync()));
            return await Task.WhenAll(sites.Select((site, number) => PlayAsync(site, share, plays[number])));
        }
        finally
        {
            foreach (Task<ServedSite> opened in opening)
            {
                await Task.WhenAny(opened);
                if (opened.IsCompletedSuccessfully)
                {
                    await (await opened).DisposeAsync();
                }
            }
        }
    }

    public void Say(string line) => _lines.Add(line);

    public void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            _broken.Add(otherwise);
        }
    }

    /// <summary>Plays an incident to its end: nobody may notice, and all nodes come back.</summary>
    public async Task PlayAsync(ServedSite site, SocketIncident incident)
    {
        (int failed, int explained, int excused) = (site.Visitors.Failed, site.Visitors.Explained, site.Visitors.Excused);
        int requests = site.Visitors.Requests;
        int answers = site.Visitors.Milliseconds.Count;
        Exposure[] exposures = incident.Leaves is { } node ? [.. site.Instances.Select(instance => new Exposure(site.Cluster, instance, node))] : [];
        TimeSpan began = site.Cluster.Now;
        bool isBack = await site.PlayAsync(incident.Plan, TimeSpan.FromSeconds(incident.Seconds), s_patience);
        failed = site.Visitors.Failed - failed;
        explained = site.Visitors.Explained - explained;
        excused = site.Visitors.Excused - excused;
        Say(FormattableString.Invariant(
            $"{incident.Name}: {failed} failed, {explained} of them when no coordinator could serve; all back after {(site.Cluster.Now - began).TotalSeconds:0} s; {incident.Plan}"));
        Require(isBack, $"{incident.Name}: not all coordinators were back after {s_patience.TotalSeconds:0} s");
        Require(incident.MayFail ? explained > 0 : failed == excused, $"{incident.Name}: {failed} failed, {explained} of them when no coordinator could serve");
        foreach (Exposure exposure in exposures)
        {
            await using (exposure)
            {
                await JudgeAsync(site, incident, exposure, began, answers, site.Visitors.Requests - requests);
            }
        }
    }

    /// <summary>How much sooner, and for how much shorter, drawn faults come here than in virtual time.</summary>
    public const double DrawnScale = 0.17;

    /// <summary>Plays a drawn plan, of which every fault begins before all are healed; whatever is not back soon meets the next one as it is.</summary>
    public async Task PlayAsync(ServedSite site, string name, FaultPlan plan)
    {
        (int failed, int explained) = (site.Visitors.Failed, site.Visitors.Explained);
        await site.PlayAsync(plan, RandomPlan.Span(DrawnScale), TimeSpan.FromSeconds(1.5));
        Say($"{name}: {site.Visitors.Failed - failed} failed, {site.Visitors.Explained - explained} of them when no coordinator could serve; {plan}");
    }

    /// <summary>Each coordinator of each instance serves as much as the others, a minute after the last node has healed at the latest.</summary>
    public async Task BecomeEvenAsync(ServedSite site)
    {
        using Spread spread = new(site);
        string? uneven = await spread.BecomeEvenAsync();
        Say(FormattableString.Invariant($"even {(site.Cluster.Now - site.WellSince).TotalSeconds:0} s after all nodes were well"));
        Require(uneven is null, $"uneven: {uneven}");
    }

    /// <summary>No instance sends a request to the node, for so long; but as the last resort, which fails as the rest has.</summary>
    public async Task StaysOutAsync(ServedSite site, string node, TimeSpan time)
    {
        using HttpClient http = new();
        int requests = site.Visitors.Requests;
        (long sent, long lastResorts) = await AttemptsAsync();
        await Task.Delay(time, TimeProvider.System);
        (long Sent, long LastResorts) after = await AttemptsAsync();
        (sent, lastResorts) = (after.Sent - sent, after.LastResorts - lastResorts);
        Say($"2023-01-24, and blind for ever: {sent} requests were sent to {node} in {time.TotalSeconds:0} s");
        Require(sent == 0, $"{sent} requests were sent to {node}, which is blind");
        BoundLastResorts($"{node} is blind", lastResorts, site.Visitors.Requests - requests);

        async Task<(long Sent, long LastResorts)> AttemptsAsync()
        {
            List<CoordinatorCount> counts = [];
            foreach (HoldfastProcess instance in site.Instances)
            {
                counts.AddRange((await CoordinatorCount.ReadAsync(http, instance)).Where(coordinator => coordinator.Address == site.Cluster.AddressOf(node)));
            }

            long lastResorts = counts.Sum(coordinator => coordinator.FailedAsLastResort);
            return (counts.Sum(coordinator => coordinator.Served + coordinator.Failed) - lastResorts, lastResorts);
        }
    }

    /// <summary>Waits, not for ever.</summary>
    public async Task UntilAsync(ServedSite site, Func<Task<bool>> holds, string what)
    {
        TimeSpan until = site.Cluster.Now + s_patience;
        while (!await holds())
        {
            if (site.Cluster.Now > until)
            {
                Require(false, $"{what}: not within {s_patience.TotalSeconds:0} s");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<SiteRun> PlayAsync(ServedSite site, double rate, Func<ServedSite, SiteRun, Task> play)
    {
        SiteRun run = new();
        await play(site, run);
        await site.StopAsync();
        run.Judge(site.Visitors, rate);
        return run;
    }

    private async Task JudgeAsync(ServedSite site, SocketIncident incident, Exposure exposure, TimeSpan began, int answersBefore, int requests)
    {
        TimeSpan healed = began + TimeSpan.FromSeconds(incident.Seconds);
        if (await exposure.EndAsync(began + incident.Plan.Faults[0].At, healed) is not { } failing)
        {
            Require(false, $"{incident.Name}: no request met it");
            return;
        }

        double[] sorted = [.. site.Visitors.Milliseconds.Skip(answersBefore).Order()];
        double p95 = sorted[sorted.Length * 95 / 100];
        TimeSpan lasted = failing.Last - failing.First;
        TimeSpan within = s_left + s_attempt + site.Visitors.StoodStill(failing.First, failing.Last);
        Say(FormattableString.Invariant(
            $"{incident.Name}: the last request failed there {lasted.TotalSeconds:0.0} s after the first, and {exposure.LastResorts} that nobody else served; p95 {p95:0} ms"));
        Require(lasted <= within, FormattableString.Invariant(
            $"{incident.Name}: requests were sent to {incident.Leaves} in vain for {lasted.TotalSeconds:0.0} s: {exposure}; p95 {p95:0} ms"));
        BoundLastResorts(incident.Name, exposure.LastResorts, requests);
    }

    private void BoundLastResorts(string what, long lastResorts, int requests)
    {
        double most = 5 + (LastResortMax * requests);
        Require(lastResorts <= most, $"{what}: {lastResorts} requests came to it as the last resort, where {most:0} are the most");
    }

    private void Judge(Visitors visitors, double rate)
    {
        double[] sorted = [.. visitors.Milliseconds.Order()];
        Suspended = visitors.Suspended;
        Say(FormattableString.Invariant(
            $"{visitors.Rate:0} of {rate:0} requests a second; {visitors}; judgement suspended for {Suspended.TotalSeconds:0.0} s; p50 {sorted[sorted.Length / 2]:0.0} ms, p99 {sorted[sorted.Length * 99 / 100]:0.0} ms, worst {sorted[^1]:0} ms"));
        _wrong.AddRange(visitors.Violations);
        double due = (rate * visitors.Came.TotalSeconds) - visitors.TurnedAway;
        Require(visitors.Requests >= SentMin * due, $"only {visitors.Requests} requests were sent, where {due:0} were to come");
        double excusedMax = 10 + (ExcusedMax * visitors.Requests);
        Require(visitors.Excused <= excusedMax, $"{visitors.Excused} failures were excused by the machine alone, where {excusedMax:0} are the most");
        Require(visitors.Failed == visitors.Explained + visitors.Excused, $"not every failure is explained: {visitors}");
    }
}
