using System.Globalization;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Workload;

namespace Holdfast.Lab.Scenarios;

/// <summary>
/// What happened, a line each, in order: faults, what the nodes believed, and every so often how the workload fared. The same
/// seed writes the same lines.
/// </summary>
internal sealed class Timeline
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly LabCluster cluster;
    private TimeSpan? start;
    private readonly Action<string> writeLine;
    private readonly SortedDictionary<string, int> errors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(int Node, int Peer), bool> views = [];
    private int succeeded;
    private int avoidable;

    public Timeline(LabCluster cluster, FaultBoard faults, Action<string> writeLine)
    {
        this.cluster = cluster;
        this.writeLine = writeLine;
        faults.Applied += fault => Line("fault", $"#{fault.Id} {Describe(fault)}");
        faults.Healed += fault => Line("heal", $"#{fault.Id} {Describe(fault)}");
        cluster.Opened += node => Line("node", $"{node.Name} opens CQL, sees {Alive(node)} of {cluster.Nodes.Count - 1} peers up");
        cluster.Closed += (node, ending) => Line("node", $"{node.Name} closes CQL ({ending})");
        cluster.Changed += LookAtViews;
    }

    public IReadOnlyList<Interval> Intervals => intervals;

    private readonly List<Interval> intervals = [];

    /// <summary>The zero of the lines' clock is now.</summary>
    public void Begin()
    {
        LookAtViews();
        start = cluster.Scheduler.Now;
    }

    /// <summary>From now on tells how the workload fares, where there is one that reports.</summary>
    public void BeginSums() => cluster.Scheduler.After(Every, Sum);

    public void Note(string text) => Line("note", text);

    /// <summary>What becomes of the workload's connections.</summary>
    public void Client(string text)
    {
        if (start is not null)
        {
            Line("conn", text);
        }
    }

    public void Count(WorkloadResult result)
    {
        if (result.Error is not { } error)
        {
            succeeded++;
            return;
        }

        errors[error] = errors.GetValueOrDefault(error) + 1;
        avoidable += result.CouldBeServed ? 1 : 0;
    }

    private void Sum()
    {
        var interval = new Interval(SinceStart - Every, succeeded, errors.Values.Sum(), avoidable, [.. errors]);
        intervals.Add(interval);
        Line("load", Describe(interval));
        succeeded = 0;
        avoidable = 0;
        errors.Clear();
        cluster.Scheduler.After(Every, Sum);
    }

    private void LookAtViews()
    {
        foreach (var node in cluster.Nodes)
        {
            foreach (var peer in cluster.Nodes)
            {
                var sees = node.Process?.Gossiper.IsAlive(peer.Index) ?? false;
                if (node != peer && node.Process is not null && views.GetValueOrDefault((node.Index, peer.Index)) != sees)
                {
                    views[(node.Index, peer.Index)] = sees;
                    if (start is not null)
                    {
                        Line("view", $"{node.Name} sees {peer.Name} {(sees ? "UP" : "DOWN")}");
                    }
                }
            }
        }
    }

    private TimeSpan SinceStart => start is { } zero ? cluster.Scheduler.Now - zero : TimeSpan.Zero;

    private static int Alive(Node node) => node.Process!.Gossiper.Peers.Values.Count(p => p.Alive);

    private void Line(string kind, string text) =>
        writeLine($"{Clock(SinceStart)}  {kind,-5}  {text}");

    private static string Clock(TimeSpan at) => at.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);

    private static string Describe(ActiveFault fault) =>
        $"{fault.Request.Kind} {string.Join(' ', fault.Nodes.Select(n => n.Name))} {string.Join(' ', fault.Request.Arguments.Select(a => $"{a.Key}={a.Value}"))}"
            .TrimEnd();

    private static string Describe(Interval interval)
    {
        var share = interval.FailedShare.ToString("P1", CultureInfo.InvariantCulture);
        var text = $"{interval.Succeeded} served, {interval.Failed} failed ({share})";
        return interval.Failed == 0
            ? text
            : $"{text}, {interval.Avoidable} of them while another coordinator could serve: "
                + string.Join("; ", interval.Errors.Select(e => $"{e.Value} × {e.Key}"));
    }
}

/// <param name="From">Since the scenario's start.</param>
/// <param name="Succeeded">Requests answered well.</param>
/// <param name="Failed">The others.</param>
/// <param name="Avoidable">Of those, how many another coordinator could have served.</param>
/// <param name="Errors">How often which.</param>
internal sealed record Interval(
    TimeSpan From, int Succeeded, int Failed, int Avoidable, IReadOnlyList<KeyValuePair<string, int>> Errors)
{
    public double FailedShare => Succeeded + Failed == 0 ? 0 : Failed / (double)(Succeeded + Failed);
}
