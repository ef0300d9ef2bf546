using Holdfast.Cql;
using Holdfast.Lab;
using Microsoft.Extensions.Logging.Abstractions;

namespace Holdfast.Simulation.Tests.Client;

/// <summary>Makes the keyspace and the table, through the client itself.</summary>
internal static class Schema
{
    private static readonly string[] s_statements =
    [
        "CREATE KEYSPACE sessions WITH replication = {'class': 'NetworkTopologyStrategy', 'eqiad': 3, 'codfw': 3}",
        "CREATE TABLE sessions.values (key text PRIMARY KEY, value blob)",
    ];

    public static void Create(SimulatedLab lab)
    {
        CqlCluster cluster = new(
            new CqlClusterOptions { ContactPoints = [lab.Cluster.Nodes[0].Address.ToString()], Keyspace = "sessions", CompleteInline = true },
            [],
            lab.Time,
            NullLoggerFactory.Instance,
            null,
            new LabTransport(lab.Clients),
            new Random(1));
        cluster.Start();
        foreach (string cql in s_statements)
        {
            Task<CqlResult> done = cluster.QueryAsync(cql, ConsistencyLevel.One, CancellationToken.None);
            if (!lab.Scheduler.RunUntil(() => done.IsCompleted, TimeSpan.FromSeconds(30)))
            {
                throw new InvalidOperationException("The schema was not made within half a minute.");
            }

            lab.Scheduler.RunFor(TimeSpan.FromSeconds(2));
        }

        _ = cluster.DisposeAsync().AsTask();
        lab.Scheduler.RunFor(TimeSpan.FromSeconds(1));
    }
}
