using System.Globalization;
using System.Text;
using Holdfast.Cql.Routing;
using Holdfast.Cql.Topology;

namespace Holdfast.Cql.Coordinators;

/// <summary>
/// Which hosts of a large data centre one instance connects to, by highest random weight (D. Thaler, C. Ravishankar, "A
/// Name-Based Mapping Scheme for Rendezvous", 1996): stable as hosts come and go, and even over many instances.
/// </summary>
internal static class Subset
{
    public static IReadOnlyList<HostInfo> Of(IReadOnlyList<HostInfo> hosts, int max, string instance) =>
        hosts.Count <= max
            ? hosts
            : [.. hosts.OrderByDescending(host => Weight(host.Id, instance)).ThenBy(host => host.Id).Take(max)];

    private static long Weight(HostId id, string instance) =>
        Murmur3Token.Of(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{instance}/{id}")));
}
