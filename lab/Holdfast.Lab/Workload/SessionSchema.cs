using System.Globalization;
using Holdfast.Lab.Cluster;
using Holdfast.Lab.Cql.Syntax;

namespace Holdfast.Lab.Workload;

/// <summary>Kask's keyspace and table, on a cluster in virtual time: as if an operator had made them long ago.</summary>
internal static class SessionSchema
{
    public const string Keyspace = "kask";

    private static readonly TimeSpan Spreads = TimeSpan.FromSeconds(5);

    /// <param name="cluster">Whose.</param>
    /// <param name="datacenters">As many replicas in each as it has nodes, three at most.</param>
    /// <param name="graceSeconds">How long deletes are remembered; Cassandra's default unless given.</param>
    public static void Create(LabCluster cluster, IEnumerable<DatacenterOptions> datacenters, int? graceSeconds = null)
    {
        var factors = string.Concat(datacenters.Select(d => string.Create(CultureInfo.InvariantCulture, $", '{d.Name}': {Math.Min(3, d.Nodes)}")));
        var grace = graceSeconds is { } seconds ? string.Create(CultureInfo.InvariantCulture, $" WITH gc_grace_seconds = {seconds}") : "";
        string[] statements =
        [
            $"CREATE KEYSPACE {Keyspace} WITH replication = {{'class': 'NetworkTopologyStrategy'{factors}}}",
            $"CREATE TABLE {Keyspace}.values (key text PRIMARY KEY, value blob){grace}",
        ];
        foreach (var statement in statements)
        {
            cluster.Nodes[0].Process!.Schema.Apply(Parser.Parse(statement).Statement, null);
            cluster.Scheduler.RunFor(Spreads);
        }
    }
}
