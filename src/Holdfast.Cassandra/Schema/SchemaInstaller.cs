using Holdfast.Cql;

namespace Holdfast.Cassandra.Schema;

/// <summary>Creates the schema where it is missing, and waits until every node that can be asked has it.</summary>
public static class SchemaInstaller
{
    private const string LocalVersion = "SELECT schema_version FROM system.local WHERE key = 'local'";
    private const string PeerVersions = "SELECT schema_version FROM system.peers";
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until some node has told of the cluster.</summary>
    /// <param name="cluster">Started.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task ReachAsync(CqlCluster cluster, TimeProvider time, CancellationToken cancellationToken)
    {
        while (cluster.Topology is null)
        {
            await Task.Delay(s_lookEvery, time, cancellationToken);
        }
    }

    /// <summary>Runs the statements, one after another.</summary>
    /// <param name="cluster">Started.</param>
    /// <param name="statements">As <see cref="SchemaText"/> has them.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Null when all is done; otherwise what the cluster said.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<string?> ApplyAsync(
        CqlCluster cluster, IReadOnlyList<string> statements, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (string statement in statements)
        {
            CqlResult result = await cluster.QueryAsync(statement, ConsistencyLevel.One, cancellationToken);
            result.Rows?.Dispose();
            if (result.Outcome != CqlOutcome.Success)
            {
                return result.Reason;
            }

            await AgreeAsync(cluster, time, cancellationToken);
        }

        return null;
    }

    private static async Task AgreeAsync(CqlCluster cluster, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            HashSet<string> versions = [];
            await ReadAsync(cluster, LocalVersion, versions, cancellationToken);
            await ReadAsync(cluster, PeerVersions, versions, cancellationToken);
            if (versions.Count == 1)
            {
                return;
            }

            await Task.Delay(s_lookEvery, time, cancellationToken);
        }
    }

    private static async Task ReadAsync(CqlCluster cluster, string cql, HashSet<string> versions, CancellationToken cancellationToken)
    {
        CqlResult result = await cluster.QueryAsync(cql, ConsistencyLevel.One, cancellationToken);
        using CqlRows? rows = result.Rows;
        while (rows is not null && rows.Read())
        {
            if (!rows.IsNull(0))
            {
                versions.Add(Convert.ToHexString(rows.Column(0)));
            }
        }
    }
}
