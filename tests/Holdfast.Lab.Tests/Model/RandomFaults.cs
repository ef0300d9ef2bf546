using System.Globalization;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Faults;
using Holdfast.Lab.Simulation;

namespace Holdfast.Lab.Tests.Model;

/// <summary>
/// Random faults. Those that move the ring are drawn in histories of their own, since a ledger of acknowledgements holds for one ring
/// only; those of a client's connection are for histories whose clients have one.
/// </summary>
internal static class RandomFaults
{
    public static IReadOnlyList<string> Kinds { get; } =
    [
        "stop", "kill", "power-loss", "reboot", "reboot-hard", "pause", "rejoin-blind", "reimage", "gossip-off", "cut-in", "cut-out",
        "cut", "blind-to", "loss", "latency", "cut-dc", "fail-dc-link", "slow", "disk-full", "clock-skew", "range-down", "bootstrapping",
        "overloaded", "compact", "failing",
    ];

    private static readonly string[] Errors = ["server-error", "write-timeout", "read-timeout", "unavailable", "write-failure", "read-failure"];

    public static FaultRequest Draw(string kind, LabCluster cluster, Randomness random)
    {
        var nodes = new List<string> { random.Pick(cluster.Nodes).Name };
        if (random.Chance(0.2))
        {
            nodes.Add(random.Pick(cluster.Nodes).Name);
        }

        var arguments = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["for"] = random.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(40)).TotalSeconds.ToString("F3", CultureInfo.InvariantCulture) + "s",
        };
        if (kind == "failing")
        {
            arguments["kind"] = random.Pick(Errors);
            arguments["share"] = random.Chance(0.5) ? "100%" : "30%";
        }

        if (kind == "blind-to")
        {
            arguments["peers"] = random.Pick(cluster.Nodes).Name;
        }

        return new FaultRequest(kind, nodes, arguments);
    }
}
