using Holdfast.Cql.Health;
using Holdfast.Simulation.Tests.Sites;

namespace Holdfast.Simulation.Tests.Incidents;

/// <summary>What an incident must not do, besides failing requests.</summary>
internal static class Bars
{
    /// <summary>From the first request that a coordinator failed, requests stop being sent to it within the time.</summary>
    public static Bar Left(string node, double withinSeconds) => (site, began) =>
    {
        string address = AddressOf(site, node);
        foreach (TrafficRecorder traffic in site.Traffic)
        {
            if (traffic.Exposure(address, began, site.Now) is { } exposure && exposure > TimeSpan.FromSeconds(withinSeconds))
            {
                return $"requests were sent to {node} in vain for {exposure.TotalSeconds:0.0} s";
            }
        }

        return null;
    };

    /// <summary>Not one request was sent to the coordinator in vain.</summary>
    public static Bar NeverAsked(string node) => (site, began) =>
        site.Traffic.Any(traffic => traffic.Exposure(AddressOf(site, node), began, site.Now) is not null) ? $"requests were sent to {node} in vain" : null;

    /// <summary>No request took longer.</summary>
    public static Bar Within(double milliseconds) => (site, _) =>
        site.WorstLatency > TimeSpan.FromMilliseconds(milliseconds) ? $"a request took {site.WorstLatency.TotalMilliseconds:0} ms" : null;

    /// <summary>The coordinator was out of service at the end.</summary>
    public static Bar OutAtLast(string node) => (site, _) =>
        site.Instances.Any(instance => instance.Coordinators().Any(c => c.Address == AddressOf(site, node) && c.State == CoordinatorState.Up))
            ? $"{node} is in service"
            : null;

    /// <summary>Every coordinator was Up at the end, with about its fair share of the last requests.</summary>
    public static Bar EvenAtLast(double overSeconds = 15) => (site, _) =>
    {
        TimeSpan since = site.Now - TimeSpan.FromSeconds(overSeconds) - TimeSpan.FromSeconds(5);
        foreach (TrafficRecorder traffic in site.Traffic)
        {
            IReadOnlyDictionary<string, long> served = traffic.ServedSince(since);
            long all = served.Values.Sum();
            foreach (var node in site.Lab.Cluster.Nodes.Where(node => node.Datacenter == "eqiad"))
            {
                double fair = all * site.ShareOf(node);
                long count = served.GetValueOrDefault(node.Address.ToString());
                if (Math.Abs(count - fair) > (0.4 * fair) + (3 * Math.Sqrt(fair)))
                {
                    return $"{node.Name} served {count} of the last {all} requests, where {fair:0} would be fair";
                }
            }
        }

        return null;
    };

    /// <summary>At the end, every instance knows so many coordinators, and all of them are in service.</summary>
    public static Bar Coordinators(int count) => (site, _) => site.Instances
        .Select(instance => instance.Coordinators())
        .Where(known => known.Count != count || known.Any(c => c.State != CoordinatorState.Up))
        .Select(known => $"{known.Count} coordinators, where {count} are in the cluster: {string.Join(", ", known.Select(c => $"{c.Address} {c.State}"))}")
        .FirstOrDefault();

    /// <summary>The coordinator was in one of these states at the end.</summary>
    public static Bar AtLast(string node, params CoordinatorState[] states) => (site, _) =>
        site.Instances.All(instance => instance.Coordinators().Any(c => c.Address == AddressOf(site, node) && states.Contains(c.State)))
            ? null
            : $"{node} is not {states[0]}";

    /// <summary>Every coordinator that was Up stayed Up.</summary>
    public static Bar AllStayUp() => (site, began) =>
        site.Traffic.Any(traffic => traffic.EverLeft(began)) ? "a coordinator left service, though nothing was wrong with it" : null;

    /// <summary>No more than this share of the requests failed.</summary>
    public static Bar FailedAtMost(double share) => (site, _) =>
        site.Judge.Failed > share * site.Requests ? $"{site.Judge.Failed} of {site.Requests} requests failed" : null;

    /// <summary>Never did health take the last coordinator of an instance out of service.</summary>
    public static Bar NeverAllEjected() => (site, _) => site.Traffic.Any(traffic => traffic.LastOneWasEjected())
        ? "the last coordinator in service was ejected"
        : null;

    private static string AddressOf(SimulatedSite site, string node) => site.Lab.Cluster.Nodes.First(n => n.Name == node).Address.ToString();
}
